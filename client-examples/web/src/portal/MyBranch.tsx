import { useTranslation } from 'react-i18next';

import { MyBranchDocument } from '../gql/graphql';
import { useGql } from '../shared/api/queries';
import { Facts } from '../shared/ui/Facts';
import { FailureView } from '../shared/ui/FailureView';
import { Loading } from '../shared/ui/Loading';
import { Page, Panel } from '../shared/ui/Page';

export function MyBranch() {
  const { t } = useTranslation('portal');
  const { t: field } = useTranslation('organizations');
  const answer = useGql('organizations', MyBranchDocument, {});
  const branch = answer.data?.viewer?.branch;
  return (
    <Page title={t('branch.title')} subtitle={branch?.name}>
      <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      {answer.isPending && <Loading />}
      {answer.data && !branch && <p>{t('branch.none')}</p>}
      {branch && (
        <Panel>
          <Facts
            facts={[
              { label: field('field.name'), value: branch.name, wide: true },
              { label: field('field.kind'), value: branch.kind.name },
              { label: field('field.code'), value: branch.code },
              { label: field('field.foundedOn'), value: branch.foundedOn },
              { label: field('field.contactPerson'), value: branch.contactPerson },
              { label: field('field.contactPhone'), value: branch.contactPhone },
              { label: field('field.address'), value: branch.address },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}
