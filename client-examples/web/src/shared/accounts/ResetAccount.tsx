import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ResetAccountDocument } from '../../gql/graphql';
import { useSubmission } from '../api/useSubmission';
import { ReasonDrawer } from '../forms/ReasonDrawer';
import { type Secret, SecretSlip } from './SecretSlip';

interface Props {
  account: { id: string; version: number; name: string };
  onClose: () => void;
}

/** A new login name and a one-time secret for a member who forgot theirs (A12). */
export function ResetAccount({ account, onClose }: Props) {
  const { t } = useTranslation('accounts');
  const [secret, setSecret] = useState<Secret | null>(null);
  const { submit, ...submission } = useSubmission(ResetAccountDocument, (result) => result.accountReset, [
    'accounts',
    'people',
    'journal',
  ]);
  const save = async (reason: string) => {
    const done = await submit({ input: { id: account.id, version: account.version, reason } });
    if (done) setSecret({ name: account.name, userName: done.userName, initialSecret: done.initialSecret });
  };
  if (secret) return <SecretSlip secret={secret} onClose={onClose} />;
  return (
    <ReasonDrawer
      title={t('reset.title', { name: account.name })}
      explanation={t('reset.explanation')}
      question={t('reset.question', { name: account.name })}
      submitLabel={t('reset.open')}
      danger
      onSubmit={(reason) => void save(reason)}
      onClose={onClose}
      {...submission}
    />
  );
}
