import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { EndInvitationDocument, type InvitationRowFragment } from '../../gql/graphql';
import { useSubmission } from '../api/useSubmission';
import { ReasonDrawer } from '../forms/ReasonDrawer';
import { formatInstant } from '../format';
import { StatusTag } from '../ui/StatusTag';

interface Props {
  invitations: readonly (InvitationRowFragment & { accountName?: string })[];
  mayEnd: boolean;
}

function EndInvitation({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const { message } = App.useApp();
  const { submit, ...submission } = useSubmission(EndInvitationDocument, (result) => result.invitationEnd, ['accounts', 'journal']);
  const save = async (reason: string) => {
    if (!(await submit({ input: { id, reason } }))) return;
    message.success(t('invitation.ended'));
    onClose();
  };
  return (
    <ReasonDrawer
      title={t('invitation.end')}
      question={t('invitation.endQuestion')}
      submitLabel={t('invitation.end')}
      danger
      onSubmit={(reason) => void save(reason)}
      onClose={onClose}
      {...submission}
    />
  );
}

/** Open invitations to enrol a key. Their codes are not shown again. */
export function InvitationList({ invitations, mayEnd }: Props) {
  const { t } = useTranslation('accounts');
  const [ending, setEnding] = useState<string | null>(null);
  if (invitations.length === 0) return <p className="bn-muted">{t('invitation.none')}</p>;
  return (
    <>
      <ul className="bn-records" aria-label={t('invitation.title')}>
        {invitations.map((row) => (
          <li key={row.id}>
            <div>
              <span className="bn-card-head">
                <strong>{row.accountName ?? t('invitation.by', { name: row.createdBy })}</strong>
                {row.replaces && <StatusTag tone="warn">{t('invitation.replaces')}</StatusTag>}
              </span>
              <small>
                {[
                  row.accountName && t('invitation.by', { name: row.createdBy }),
                  formatInstant(row.createdAt),
                  t('invitation.until', { at: formatInstant(row.expiresAt) }),
                  row.reason,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </div>
            {mayEnd && (
              <Button type="link" danger className="bn-inline" onClick={() => setEnding(row.id)}>
                {t('invitation.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {ending && <EndInvitation id={ending} onClose={() => setEnding(null)} />}
    </>
  );
}
