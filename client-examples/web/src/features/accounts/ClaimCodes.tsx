import { App, Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ClaimCodesDocument, EndClaimCodeDocument, IssueClaimCodeDocument } from '../../gql/graphql';
import { Slip } from '../../shared/accounts/Slip';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { formatInstant } from '../../shared/format';
import { groupedCode } from '../../shared/oneTimeCode';
import { Facts } from '../../shared/ui/Facts';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Panel } from '../../shared/ui/Page';

/** Codes that a branch hands to its members, who claim their own record with one (A15). */
export function ClaimCodes({ organization }: { organization: string }) {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [issued, setIssued] = useState<{ code: string; expiresAt: string } | null>(null);
  const answer = useGql('accounts', ClaimCodesDocument, { organization });
  const issuing = useSubmission(IssueClaimCodeDocument, (result) => result.claimCodeIssue, ['accounts', 'journal']);
  const ending = useSubmission(EndClaimCodeDocument, (result) => result.claimCodeEnd, ['accounts', 'journal']);
  const codes = answer.data?.claimCodes;

  const issue = async () => {
    const done = await issuing.submit({ input: { organizationId: organization } });
    if (done?.code && done.claimCode) setIssued({ code: done.code, expiresAt: done.claimCode.expiresAt });
  };
  const end = async (id: string) => {
    if (await ending.submit({ input: { id } })) message.success(t('codes.ended'));
  };

  return (
    <Panel
      title={t('codes.title')}
      extra={
        <Button type="primary" loading={issuing.busy} onClick={() => void issue()}>
          {t('codes.issue')}
        </Button>
      }
    >
      <FailureView failure={answer.error ?? issuing.failure ?? ending.failure} />
      <Refusals errors={[...issuing.userErrors, ...ending.userErrors]} />
      <p className="bn-gap bn-muted">{t('codes.explanation')}</p>
      {!codes && !answer.error && <Loading />}
      {codes?.length === 0 && <p className="bn-muted">{t('codes.none')}</p>}
      <ul className="bn-records" aria-label={t('codes.title')}>
        {(codes ?? []).map(({ id, createdAt, expiresAt, createdBy }) => (
          <li key={id}>
            <div>
              <strong>{t('codes.by', { name: createdBy })}</strong>
              <small>
                {formatInstant(createdAt)} · {t('codes.until', { at: formatInstant(expiresAt) })}
              </small>
            </div>
            <Popconfirm
              title={t('codes.endQuestion')}
              okText={common('action.confirm')}
              cancelText={common('action.cancel')}
              onConfirm={() => void end(id)}
            >
              <Button type="link" danger className="bn-inline">
                {t('codes.end')}
              </Button>
            </Popconfirm>
          </li>
        ))}
      </ul>
      {issued && (
        <Slip title={t('codes.slip')} onClose={() => setIssued(null)}>
          <Facts
            facts={[
              { label: t('slip.address'), value: `${window.location.origin}/claim`, wide: true },
              { label: t('codes.code'), value: <code className="bn-code">{groupedCode(issued.code)}</code>, wide: true },
              { label: t('slip.until'), value: formatInstant(issued.expiresAt), wide: true },
            ]}
          />
          <p className="bn-slip-note">{t('codes.note')}</p>
        </Slip>
      )}
    </Panel>
  );
}
