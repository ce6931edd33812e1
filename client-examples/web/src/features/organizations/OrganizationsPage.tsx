import { useTranslation } from 'react-i18next';

import { OrganizationDocument } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { TreeLayout } from '../../shared/tree/TreeLayout';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Page } from '../../shared/ui/Page';
import { StatusTag } from '../../shared/ui/StatusTag';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { organizationOf } from './organization';
import { OrganizationActions } from './OrganizationActions';
import { OrganizationTabs } from './OrganizationTabs';
import { RunningMoves } from './RunningMoves';

/** Everything that belongs to one node goes away with it; only the tab stays. */
const ofTheNode = ['after', 'before', 'name', 'code', 'kind', 'status', 'unitKind', 'legalPerson', 'warning'];

export function OrganizationsPage() {
  const { t } = useTranslation('organizations');
  const { root } = useSigned();
  const [state, change] = useUrlState();
  const id = state.node ?? root?.id ?? '';
  const answer = useGql('organizations', OrganizationDocument, { id }, { enabled: id !== '' });
  const organization = organizationOf(answer.data);

  const select = (next: string) =>
    change({ ...Object.fromEntries(ofTheNode.map((name) => [name, undefined])), node: next, tab: state.tab });

  if (!root) return null;
  return (
    <TreeLayout rootId={root.id} selectedId={id} onSelect={select}>
      <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      {answer.isPending && <Loading />}
      {organization && (
        <Page
          documentTitle={organization.name}
          title={
            <>
              {organization.name}{' '}
              {organization.status === 'DISSOLVED' && <StatusTag tone="bad">{t('status.DISSOLVED')}</StatusTag>}
            </>
          }
          subtitle={`${organization.kind.name} · ${organization.code}`}
          aside={<OrganizationActions organization={organization} onSelect={select} />}
        >
          {organization.may.includes('MOVE_ORGANIZATION') && <RunningMoves key={organization.id} id={organization.id} />}
          <OrganizationTabs organization={organization} onSelect={select} />
        </Page>
      )}
    </TreeLayout>
  );
}
