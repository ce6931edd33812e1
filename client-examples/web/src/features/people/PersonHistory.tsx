import { readFragment } from '../../gql';
import { JournalEntryRowFragmentDoc, PersonHistoryDocument } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { EntryList } from '../../shared/journal/EntryList';
import { pageArguments } from '../../shared/paging';
import { CursorPager } from '../../shared/ui/CursorPager';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';

export function PersonHistory({ id }: { id: string }) {
  const [state] = useUrlState();
  const answer = useGql('journal', PersonHistoryDocument, { id, ...pageArguments(state) }, { keepPrevious: true });
  if (answer.error) return <FailureView failure={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Loading />;
  const node = nodeOf(answer.data.node, 'Person');
  if (!node) return null;
  return (
    <Panel>
      <EntryList entries={node.history.nodes.map((entry) => readFragment(JournalEntryRowFragmentDoc, entry))} />
      <CursorPager pageInfo={node.history.pageInfo} />
    </Panel>
  );
}
