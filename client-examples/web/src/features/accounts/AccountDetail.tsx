import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  type AccountDetailQuery,
  AccountGrantFragmentDoc,
  AccountRowFragmentDoc,
  InvitationRowFragmentDoc,
  KeyRowFragmentDoc,
  SessionRowFragmentDoc,
} from '../../gql/graphql';
import { AccountTags } from '../../shared/accounts/AccountTags';
import { InvitationList } from '../../shared/accounts/InvitationList';
import { KeyList } from '../../shared/accounts/KeyList';
import { SessionList } from '../../shared/accounts/SessionList';
import { formatInstant } from '../../shared/format';
import { Facts } from '../../shared/ui/Facts';
import { Panel } from '../../shared/ui/Page';
import { useSigned } from '../../shared/viewer';
import { AccountActions } from './AccountActions';

type Node = Extract<NonNullable<AccountDetailQuery['node']>, { __typename: 'Account' }>;

/** One account: what it is, its keys, sessions, rights and open invitations. */
export function AccountDetail({ node }: { node: Node }) {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const { viewer, can } = useSigned();
  const account = readFragment(AccountRowFragmentDoc, node);
  const grants = node.grants.map((grant) => readFragment(AccountGrantFragmentDoc, grant));
  const writes = !viewer.readOnly;
  const mine = viewer.account.id === account.id;
  return (
    <div className="bn-stack">
      {writes && !mine && <AccountActions account={account} hasKeys={node.keys.length > 0} />}
      <Panel>
        <Facts
          facts={[
            { label: t('field.state'), value: <AccountTags state={account.state} flags={account.flags} />, wide: true },
            { label: t('field.userName'), value: account.userName, wide: true },
            { label: t('field.kind'), value: t(`kind.${account.kind}`), wide: true },
            { label: t('field.organization'), value: account.organization?.name, wide: true },
            {
              label: t('field.person'),
              value: account.person && (
                <Link to="/people/$id" params={{ id: account.person.id } as never} search={{}}>
                  {account.person.name}
                </Link>
              ),
              wide: true,
            },
            { label: t('field.password'), value: t(node.hasPassword ? 'hasPassword' : 'hasNoPassword'), wide: true },
            { label: t('field.lastSignedInAt'), value: account.lastSignedInAt ? formatInstant(account.lastSignedInAt) : t('never'), wide: true },
            ...(account.lockedUntil ? [{ label: t('field.lockedUntil'), value: formatInstant(account.lockedUntil), wide: true }] : []),
          ]}
        />
      </Panel>
      <Panel title={t('key.title')}>
        <KeyList
          keys={node.keys.map((key) => readFragment(KeyRowFragmentDoc, key))}
          mayRename={false}
          mayRemove={writes && can('MANAGE_KEYS')}
        />
      </Panel>
      <Panel title={t('invitation.title')}>
        <InvitationList
          invitations={node.invitations.map((invitation) => readFragment(InvitationRowFragmentDoc, invitation))}
          mayEnd={writes && can('MANAGE_KEYS')}
        />
      </Panel>
      <Panel title={t('session.title')}>
        <SessionList
          sessions={node.sessions.map((session) => readFragment(SessionRowFragmentDoc, session))}
          mayEnd={writes && can('MANAGE_ACCOUNTS')}
          accountId={account.id}
        />
      </Panel>
      <Panel title={t('grant.title')} extra={<Link to="/grants">{t('grant.toGrants')}</Link>}>
        {grants.length === 0 && <p className="bn-muted">{t('grant.none')}</p>}
        <ul className="bn-records">
          {grants.map((grant) => (
            <li key={grant.id}>
              <div>
                <strong>{common(`role.${grant.role}`)}</strong>
                <small>
                  {[
                    grant.organization?.name,
                    grant.until ? t('grant.until', { at: formatInstant(grant.until) }) : t('grant.open'),
                    grant.onBehalfOf && t('grant.onBehalfOf', { name: grant.onBehalfOf }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}
