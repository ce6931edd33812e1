import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  type OrganizationStatus,
  type Reach,
  type SubordinateRowFragment,
  SubordinateRowFragmentDoc,
  SubordinatesDocument,
} from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { FileMark } from '../../shared/attachments/FileMark';
import { formatNumber } from '../../shared/format';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';
import { StatusTag } from '../../shared/ui/StatusTag';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import type { Organization } from './organization';
import { SubordinateFilters } from './SubordinateFilters';

/** The organizations below the selected one, filtered by name, code, kind, level and state. */
export function Subordinates({ organization, onSelect }: { organization: Organization; onSelect: (id: string) => void }) {
  const { t } = useTranslation('organizations');
  const { can } = useSigned();
  const { id } = organization;
  const [state] = useUrlState();
  const answer = useGql(
    'organizations',
    SubordinatesDocument,
    {
      under: id,
      reach: (state.reach as Reach | undefined) ?? 'CHILDREN',
      orderBy: state.order === 'NAME' ? 'NAME' : 'TREE',
      filter: {
        name: state.name ?? null,
        code: state.code ?? null,
        kinds: state.kind ? [state.kind] : null,
        levels: state.level ? [organization.level + Number(state.level)] : null,
        hasSecretary: state.secretary && can('READ_PEOPLE') ? state.secretary === 'YES' : null,
        status: state.status === 'ANY' ? null : ((state.status as OrganizationStatus | undefined) ?? 'ACTIVE'),
      },
      ...pageArguments(state),
    },
    { keepPrevious: true },
  );
  const list = answer.data?.organizations;
  const rows = (list?.nodes ?? []).map((row) => readFragment(SubordinateRowFragmentDoc, row));
  const name = (row: SubordinateRowFragment) => (
    <>
      <Button type="link" className="bn-inline" onClick={() => onSelect(row.id)}>
        {row.name}
      </Button>
      <FileMark count={row.attachmentCount} />
    </>
  );
  const status = (row: SubordinateRowFragment) => (
    <StatusTag tone={row.status === 'ACTIVE' ? 'ok' : 'bad'}>{t(`status.${row.status}`)}</StatusTag>
  );
  return (
    <div className="bn-stack">
      <SubordinateFilters key={id} />
      <Panel flush>
        <CursorTable
          label={t('tab.subordinates')}
          rows={rows}
          rowKey={(row) => row.id}
          loading={answer.isFetching && !answer.data}
          failure={answer.error}
          retry={() => void answer.refetch()}
          pageInfo={list?.pageInfo}
          total={list?.totalCount}
          totalCapped={list?.totalCountCapped}
          totalText={(total) => t('subordinates.total', { total })}
          card={(row) => (
            <>
              {name(row)}
              <span>
                {row.kind.name} · {row.code}
              </span>
              <small>
                {status(row)} {t('subordinates.members', { count: row.counts.members })}
              </small>
            </>
          )}
          columns={[
            { title: t('field.name'), render: (_, row) => name(row), ellipsis: true },
            { title: t('field.code'), dataIndex: 'code', width: 150, ellipsis: true },
            { title: t('field.kind'), render: (_, row) => row.kind.name, width: 150, ellipsis: true },
            { title: t('field.children'), render: (_, row) => formatNumber(row.childCount), width: 80, align: 'right' },
            { title: t('field.members'), render: (_, row) => formatNumber(row.counts.members), width: 80, align: 'right' },
            { title: t('field.status'), render: (_, row) => status(row), width: 90 },
          ]}
        />
      </Panel>
    </div>
  );
}
