import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { PeopleDocument, type PersonRowFragment, PersonRowFragmentDoc } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { FileMark } from '../../shared/attachments/FileMark';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';
import { StageTag } from '../../shared/ui/StageTag';
import { StatusTag } from '../../shared/ui/StatusTag';
import { useUrlState } from '../../shared/urlState';
import { personFilter, withoutNulls } from './filters';

export function PeopleTable({ under }: { under: string }) {
  const { t } = useTranslation('people');
  const [state] = useUrlState();
  const answer = useGql(
    'people',
    PeopleDocument,
    {
      under,
      reach: state.reach === 'OWN' ? 'OWN' : 'SUBTREE',
      orderBy: state.order === 'NAME' ? 'NAME' : 'TREE',
      filter: withoutNulls(personFilter(state)),
      ...pageArguments(state),
    },
    { keepPrevious: true, enabled: under !== '' },
  );
  const list = answer.data?.people;
  const rows = (list?.nodes ?? []).map((row) => readFragment(PersonRowFragmentDoc, row));
  const name = (row: PersonRowFragment) => (
    <>
      <Link to="/people/$id" params={{ id: row.id } as never} search={{}}>
        {row.name}
      </Link>
      <FileMark count={row.attachmentCount} />
      {row.identityConverted && (
        <span title={t('identityConverted.explanation')}>
          {' '}
          <StatusTag tone="warn">{t('identityConverted.mark')}</StatusTag>
        </span>
      )}
    </>
  );
  return (
    <Panel flush>
      <CursorTable
        label={t('title')}
        rows={rows}
        rowKey={(row) => row.id}
        loading={answer.isPending || answer.isPlaceholderData}
        failure={answer.error}
        retry={() => void answer.refetch()}
        pageInfo={list?.pageInfo}
        total={list?.totalCount}
        totalCapped={list?.totalCountCapped}
        totalText={(total) => t('total', { total })}
        card={(row) => (
          <>
            <span className="bn-card-head">
              {name(row)} <StageTag stage={row.stage} />
            </span>
            <span>
              {row.sex.name} · {t('years', { count: row.age })} · {row.education.name}
            </span>
            <small>{row.organization?.name}</small>
          </>
        )}
        columns={[
          { title: t('field.name'), render: (_, row) => name(row), width: 90 },
          { title: t('field.sex'), render: (_, row) => row.sex.name, width: 56 },
          { title: t('field.ethnicGroup'), render: (_, row) => row.ethnicGroup.name, width: 84, ellipsis: true },
          { title: t('field.birthDate'), dataIndex: 'birthDate', width: 106 },
          { title: t('field.age'), dataIndex: 'age', width: 56, align: 'right' },
          { title: t('field.education'), render: (_, row) => row.education.name, width: 126, ellipsis: true },
          { title: t('field.stage'), render: (_, row) => <StageTag stage={row.stage} />, width: 108 },
          { title: t('field.joinedOn'), render: (_, row) => row.joinedOn ?? '—', width: 106 },
          {
            title: t('field.organization'),
            ellipsis: true,
            render: (_, row) =>
              row.organization && (
                <Link to="/organizations" search={{ node: row.organization.id } as never} title={row.organization.name}>
                  {row.organization.shortName ?? row.organization.name}
                </Link>
              ),
          },
        ]}
      />
    </Panel>
  );
}
