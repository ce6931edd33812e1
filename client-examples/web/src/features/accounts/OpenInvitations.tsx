import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { InvitationRowFragmentDoc, OpenInvitationsDocument } from '../../gql/graphql';
import { InvitationList } from '../../shared/accounts/InvitationList';
import { useGql } from '../../shared/api/queries';
import { pageArguments } from '../../shared/paging';
import { CursorPager } from '../../shared/ui/CursorPager';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';

export function OpenInvitations({ under }: { under: string }) {
  const { t } = useTranslation('accounts');
  const { viewer, can } = useSigned();
  const [state] = useUrlState();
  const answer = useGql('accounts', OpenInvitationsDocument, { under, ...pageArguments(state) }, { keepPrevious: true });
  const list = answer.data?.invitations;
  return (
    <Panel>
      <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      <p className="bn-gap bn-muted">{t('invitation.explanation')}</p>
      {list ? (
        <>
          <InvitationList
            invitations={list.nodes.map((node) => ({ ...readFragment(InvitationRowFragmentDoc, node), accountName: node.account?.name }))}
            mayEnd={!viewer.readOnly && can('MANAGE_KEYS')}
          />
          <CursorPager pageInfo={list.pageInfo} />
        </>
      ) : (
        !answer.error && <Loading />
      )}
    </Panel>
  );
}
