import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { OwnEventsDocument, SecurityEventRowFragmentDoc } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { SecurityEventTable } from '../../shared/accounts/SecurityEventTable';
import { pageArguments } from '../../shared/paging';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';

/** What happened with my account; whoever finds something strange here asks the administrator. */
export function OwnEvents() {
  const { t } = useTranslation('own');
  const [state] = useUrlState();
  const answer = useGql('session', OwnEventsDocument, pageArguments(state), { keepPrevious: true, staleTime: 0 });
  const list = answer.data?.viewer?.securityEvents;
  return (
    <>
      <p className="bn-hint bn-gap">{t('events.explanation')}</p>
      <Panel flush>
        <SecurityEventTable
          own
          rows={(list?.nodes ?? []).map((row) => readFragment(SecurityEventRowFragmentDoc, row))}
          pageInfo={list?.pageInfo}
          total={list?.totalCount}
          totalCapped={list?.totalCountCapped}
          loading={answer.isPending || answer.isPlaceholderData}
          failure={answer.error}
          retry={() => void answer.refetch()}
        />
      </Panel>
    </>
  );
}
