import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { InvitationRowFragmentDoc, InviteAccountDocument } from '../../gql/graphql';
import { InvitationSlip, type IssuedInvitation } from '../../shared/accounts/InvitationSlip';
import { useSubmission } from '../../shared/api/useSubmission';
import { ReasonDrawer } from '../../shared/forms/ReasonDrawer';

interface Props {
  account: { id: string; version: number; name: string };
  /** The former keys are lost and end at once. */
  replaces: boolean;
  onClose: () => void;
}

/** A one-time link to enrol a key, for a new administrator or in place of a lost key. */
export function InviteAccount({ account, replaces, onClose }: Props) {
  const { t } = useTranslation('accounts');
  const [issued, setIssued] = useState<IssuedInvitation | null>(null);
  const { submit, ...submission } = useSubmission(InviteAccountDocument, (result) => result.accountInvite, ['accounts', 'journal']);
  const action = replaces ? 'replace' : 'invite';
  const save = async (reason: string) => {
    const done = await submit({ input: { id: account.id, version: account.version, reason, replaces } });
    if (!done?.code || !done.invitation) return;
    const { expiresAt } = readFragment(InvitationRowFragmentDoc, done.invitation);
    setIssued({ name: account.name, code: done.code, expiresAt });
  };
  if (issued) return <InvitationSlip invitation={issued} onClose={onClose} />;
  return (
    <ReasonDrawer
      title={t(`${action}.title`, { name: account.name })}
      explanation={t(`${action}.explanation`)}
      question={t(`${action}.question`, { name: account.name })}
      submitLabel={t(`${action}.open`)}
      danger={replaces}
      onSubmit={(reason) => void save(reason)}
      onClose={onClose}
      {...submission}
    />
  );
}
