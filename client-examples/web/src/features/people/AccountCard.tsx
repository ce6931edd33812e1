import { Link } from '@tanstack/react-router';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { AccountRowFragmentDoc, CreateAccountDocument, PersonAccountDocument } from '../../gql/graphql';
import { AccountTags } from '../../shared/accounts/AccountTags';
import { ResetAccount } from '../../shared/accounts/ResetAccount';
import { type Secret, SecretSlip } from '../../shared/accounts/SecretSlip';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { formatInstant } from '../../shared/format';
import { Facts } from '../../shared/ui/Facts';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Panel } from '../../shared/ui/Page';
import { useSigned } from '../../shared/viewer';
import type { Person } from './person';

/** The member's account (A12): its name and state; made when missing, reset when forgotten. */
export function AccountCard({ person }: { person: Person }) {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const { viewer, can } = useSigned();
  const [resetting, setResetting] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  const answer = useGql('accounts', PersonAccountDocument, { id: person.id });
  const creating = useSubmission(CreateAccountDocument, (result) => result.accountCreate, ['accounts', 'journal']);
  const found = nodeOf(answer.data?.node, 'Person')?.account;
  const account = found && readFragment(AccountRowFragmentDoc, found);
  const may = !viewer.readOnly && can('MANAGE_ACCOUNTS');

  const create = async () => {
    const done = await creating.submit({
      input: { organizationId: person.organization?.id ?? '', personId: person.id, name: null, userName: null },
    });
    if (done) setSecret({ name: person.name, userName: done.userName, initialSecret: done.initialSecret });
  };

  return (
    <Panel
      title={t('card.title')}
      extra={
        answer.data &&
        may &&
        (account
          ? account.state !== 'CLOSED' && viewer.account.id !== account.id && <Button onClick={() => setResetting(true)}>{t('reset.open')}</Button>
          : person.organization && (
              <Popconfirm
                title={t('card.question', { name: person.name })}
                okText={common('action.confirm')}
                cancelText={common('action.cancel')}
                onConfirm={() => void create()}
              >
                <Button loading={creating.busy}>{t('create.open')}</Button>
              </Popconfirm>
            ))
      }
    >
      <FailureView failure={answer.error ?? creating.failure} />
      <Refusals errors={creating.userErrors} />
      {answer.isPending && <Loading />}
      {answer.data && !account && <p className="bn-muted">{t('card.none')}</p>}
      {account && (
        <Facts
          facts={[
            { label: t('field.userName'), value: <Link to="/accounts" search={{ account: account.id } as never}>{account.userName ?? account.name}</Link> },
            { label: t('field.state'), value: <AccountTags state={account.state} flags={account.flags} /> },
            { label: t('field.lastSignedInAt'), value: account.lastSignedInAt ? formatInstant(account.lastSignedInAt) : t('never') },
          ]}
        />
      )}
      {resetting && account && <ResetAccount account={account} onClose={() => setResetting(false)} />}
      {secret && <SecretSlip secret={secret} onClose={() => setSecret(null)} />}
    </Panel>
  );
}
