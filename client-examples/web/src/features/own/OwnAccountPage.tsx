import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { AccountRowFragmentDoc, KeyRowFragmentDoc, OwnAccountDocument, SessionRowFragmentDoc } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { SessionList } from '../../shared/accounts/SessionList';
import { AccessList } from '../../shared/person/AccessList';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Page, Panel } from '../../shared/ui/Page';
import { PageTabs } from '../../shared/ui/PageTabs';
import { OwnEvents } from './OwnEvents';
import { OwnKeys } from './OwnKeys';
import { OwnLookups } from './OwnLookups';
import { OwnPassword } from './OwnPassword';
import { OwnProfile } from './OwnProfile';

/** One's own account (A15): who one is here, how one signs in, and what was done with it. */
export function OwnAccountPage() {
  const { t } = useTranslation('own');
  const answer = useGql('accounts', OwnAccountDocument, {});
  const viewer = answer.data?.viewer;
  if (!viewer) return answer.error ? <FailureView failure={answer.error} retry={() => void answer.refetch()} /> : <Loading />;
  const account = readFragment(AccountRowFragmentDoc, viewer.account);
  const items = [
    { key: 'profile', label: t('tab.profile'), children: <OwnProfile account={account} viewer={viewer} /> },
    ...(viewer.account.hasPassword ? [{ key: 'password', label: t('tab.password'), children: <OwnPassword /> }] : []),
    {
      key: 'keys',
      label: t('tab.keys'),
      children: <OwnKeys keys={viewer.account.keys.map((key) => readFragment(KeyRowFragmentDoc, key))} />,
    },
    {
      key: 'sessions',
      label: t('tab.sessions'),
      children: (
        <Panel>
          <SessionList sessions={viewer.account.sessions.map((session) => readFragment(SessionRowFragmentDoc, session))} mayEnd />
        </Panel>
      ),
    },
    { key: 'events', label: t('tab.events'), children: <OwnEvents /> },
    ...(viewer.person
      ? [
          { key: 'lookups', label: t('tab.lookups'), children: <OwnLookups /> },
          { key: 'access', label: t('tab.access'), children: <AccessList id={viewer.person.id} /> },
        ]
      : []),
  ];
  return (
    <Page title={t('title')} subtitle={account.name}>
      <PageTabs label={t('title')} items={items} />
    </Page>
  );
}
