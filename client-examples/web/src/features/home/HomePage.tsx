import { Navigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { HomeDocument } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Page, Panel } from '../../shared/ui/Page';
import { useSigned } from '../../shared/viewer';
import { Figures } from './Figures';
import { FirstSteps } from './FirstSteps';
import { MyGrants } from './MyGrants';
import { Structure } from './Structure';

export function HomePage() {
  const { t } = useTranslation('home');
  const { root } = useSigned();
  const home = useGql('organizations', HomeDocument, { id: root?.id ?? '' }, { enabled: Boolean(root) });
  if (!root) return <Navigate to="/me" replace />;

  const organization = nodeOf(home.data?.node, 'Organization');
  return (
    <Page title={t('title')} subtitle={root.name}>
      <FailureView failure={home.error} retry={() => void home.refetch()} />
      {home.isPending && <Loading />}
      {organization && (
        <>
          <FirstSteps organization={organization} />
          <Figures under={organization.id} counts={organization.counts} overview={organization.overview} />
          <div className="bn-columns">
            {organization.memberOverview && <Structure overview={organization.memberOverview} />}
          </div>
        </>
      )}
      <Panel title={t('grants.title')} flush>
        <MyGrants />
      </Panel>
    </Page>
  );
}
