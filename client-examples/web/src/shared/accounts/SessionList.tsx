import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { EndOtherSessionsDocument, EndSessionDocument, type SessionRowFragment } from '../../gql/graphql';
import { useSubmission } from '../api/useSubmission';
import { ReasonDrawer } from '../forms/ReasonDrawer';
import { Refusals } from '../forms/Refusals';
import { formatInstant } from '../format';
import { FailureView } from '../ui/FailureView';
import { StatusTag } from '../ui/StatusTag';

interface Props {
  sessions: readonly SessionRowFragment[];
  mayEnd: boolean;
  /** The account whose other sessions can be ended together. */
  accountId?: string;
}

function EndSession({ row, onClose }: { row: SessionRowFragment; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const { message } = App.useApp();
  const { submit, ...submission } = useSubmission(EndSessionDocument, (result) => result.sessionEnd, ['accounts', 'session', 'journal']);
  const save = async (reason: string) => {
    if (!(await submit({ input: { id: row.id, reason } }))) return;
    message.success(t('session.ended', { count: 1 }));
    onClose();
  };
  return (
    <ReasonDrawer
      title={t('session.end')}
      question={t('session.endQuestion')}
      submitLabel={t('session.end')}
      danger
      onSubmit={(reason) => void save(reason)}
      onClose={onClose}
      {...submission}
    />
  );
}

/** The running sessions of one account. */
export function SessionList({ sessions, mayEnd, accountId }: Props) {
  const { t } = useTranslation('accounts');
  const { message } = App.useApp();
  const [ending, setEnding] = useState<SessionRowFragment | null>(null);
  const others = useSubmission(EndOtherSessionsDocument, (result) => result.sessionEndOthers, ['accounts', 'session', 'journal']);
  const endOthers = async () => {
    const done = await others.submit({ input: { accountId: accountId ?? null } });
    if (done) message.success(t('session.ended', { count: done.ended ?? 0 }));
  };
  if (sessions.length === 0) return <p className="bn-muted">{t('session.none')}</p>;
  return (
    <>
      <FailureView failure={others.failure} />
      <Refusals errors={others.userErrors} />
      <ul className="bn-records" aria-label={t('session.title')}>
        {sessions.map((row) => (
          <li key={row.id}>
            <div>
              <span className="bn-card-head">
                <strong>{t(`method.${row.method}`)}</strong>
                {row.keyName && <span>{row.keyName}</span>}
                {row.current && <StatusTag tone="ok">{t('session.current')}</StatusTag>}
              </span>
              <small>{[row.source, row.agent].filter(Boolean).join(' · ')}</small>
              <small>
                {t('session.openedAt', { at: formatInstant(row.openedAt) })} · {t('session.lastUsedAt', { at: formatInstant(row.lastUsedAt) })} ·{' '}
                {t('session.expiresAt', { at: formatInstant(row.expiresAt) })}
              </small>
            </div>
            {mayEnd && !row.current && (
              <Button type="link" danger className="bn-inline" onClick={() => setEnding(row)}>
                {t('session.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayEnd && sessions.some(({ current }) => !current) && (
        <Button danger loading={others.busy} onClick={() => void endOthers()}>
          {t(sessions.some(({ current }) => current) ? 'session.endOthers' : 'session.endAll')}
        </Button>
      )}
      {ending && <EndSession row={ending} onClose={() => setEnding(null)} />}
    </>
  );
}
