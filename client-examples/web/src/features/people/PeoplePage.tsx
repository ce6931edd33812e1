import { Button, Tooltip } from 'antd';
import { PrinterOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { PeopleScopeDocument } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { TreeLayout } from '../../shared/tree/TreeLayout';
import { FailureView } from '../../shared/ui/FailureView';
import { Page } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { AddPerson } from './AddPerson';
import { cleared } from './filters';
import { PeopleFilters } from './PeopleFilters';
import { PeopleTable } from './PeopleTable';

export function PeoplePage() {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  const { root, viewer, can } = useSigned();
  const [state, change] = useUrlState();
  const [adding, setAdding] = useState(false);
  const under = state.under ?? root?.id ?? '';
  const scope = useGql('organizations', PeopleScopeDocument, { id: under }, { enabled: under !== '' });
  const organization = nodeOf(scope.data?.node, 'Organization');

  if (!root) return null;
  const may = !viewer.readOnly && can('ADD_PERSON');
  const concrete = organization?.holdsMembers === true && organization.status === 'ACTIVE';
  const add = may && (
    <Tooltip title={organization && !concrete ? t('add.pickBranch') : undefined}>
      <Button type="primary" disabled={!concrete || !organization?.may.includes('ADD_PERSON')} onClick={() => setAdding(true)}>
        {t('add.open')}
      </Button>
    </Tooltip>
  );

  return (
    <TreeLayout rootId={root.id} selectedId={under} onSelect={(id) => change({ ...cleared, under: id })}>
      <Page
        title={t('title')}
        subtitle={organization?.name}
        aside={
          <>
            <Button className="bn-no-phone" icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
              {common('action.print')}
            </Button>
            {add}
          </>
        }
      >
        <FailureView failure={scope.error} />
        {may && organization && !concrete && (
          <p className="bn-hint" role="note">
            {t('add.pickBranch')}
          </p>
        )}
        <PeopleFilters key={`${under} ${state.stages} ${state.sex}`} />
        <PeopleTable under={under} />
      </Page>
      {adding && organization && <AddPerson organization={organization} onClose={() => setAdding(false)} />}
    </TreeLayout>
  );
}
