import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  type OrganizationWarningCode,
  type WarnedRowFragment,
  WarnedRowFragmentDoc,
  WarningsDocument,
} from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { firstPage, pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { WarningList } from './WarningList';

const figures: readonly OrganizationWarningCode[] = ['TOO_FEW_FULL_MEMBERS', 'TOO_MANY_MEMBERS', 'TOO_FEW_MEMBERS', 'TOO_MANY_UNITS'];
/** Asked for by those who may read people. */
const aboutPeople: readonly OrganizationWarningCode[] = ['LEADER_NOT_FULL_MEMBER', 'MEMBERS_WITHOUT_GROUP'];

/** What is unusual here and below (U51, U52, U53, U63), in the order of the tree. */
export function Warnings({ id, onSelect }: { id: string; onSelect: (id: string) => void }) {
  const { t } = useTranslation('organizations');
  const { can } = useSigned();
  const [state, change] = useUrlState();
  const codes = can('READ_PEOPLE') ? [...figures, ...aboutPeople] : figures;
  const wanted = codes.filter((code) => code === state.warning);
  const answer = useGql(
    'organizations',
    WarningsDocument,
    { under: id, codes: wanted, ...pageArguments(state) },
    { keepPrevious: true },
  );
  const list = answer.data?.organizations;
  const rows = (list?.nodes ?? []).map((row) => readFragment(WarnedRowFragmentDoc, row));
  const name = (row: WarnedRowFragment) => (
    <Button type="link" className="bn-inline" onClick={() => onSelect(row.id)}>
      {row.name}
    </Button>
  );
  return (
    <Panel flush>
      <CursorTable
        label={t('tab.warnings')}
        rows={rows}
        rowKey={(row) => row.id}
        loading={answer.isFetching && !answer.data}
        failure={answer.error}
        retry={() => void answer.refetch()}
        pageInfo={list?.pageInfo}
        total={list?.totalCount}
        totalCapped={list?.totalCountCapped}
        totalText={(total) => t('warnings.total', { total })}
        actions={
          <Select
            className="bn-filter-warning"
            aria-label={t('warnings.which')}
            placeholder={t('warnings.which')}
            allowClear
            value={wanted[0]}
            options={codes.map((code) => ({ value: code, label: t(`warnings.code.${code}`) }))}
            onChange={(warning?: OrganizationWarningCode) => change({ ...firstPage, warning })}
          />
        }
        card={(row) => (
          <>
            {name(row)}
            <WarningList warnings={row.warnings} />
          </>
        )}
        columns={[
          { title: t('field.name'), ellipsis: true, render: (_, row) => name(row) },
          { title: t('field.kind'), width: 130, ellipsis: true, render: (_, row) => row.kind.name },
          { title: t('tab.warnings'), width: '45%', render: (_, row) => <WarningList warnings={row.warnings} /> },
        ]}
      />
    </Panel>
  );
}
