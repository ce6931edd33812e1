import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { AccessRowFragmentDoc, type AccessRowFragment, PersonAccessDocument } from '../../gql/graphql';
import { nodeOf } from '../api/nodeOf';
import { useGql } from '../api/queries';
import { formatInstant } from '../format';
import { pageArguments } from '../paging';
import { CursorTable } from '../ui/CursorTable';
import { Panel } from '../ui/Page';
import { useUrlState } from '../urlState';

/** Who may see this person, and by which grant. */
export function AccessList({ id }: { id: string }) {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  const [state] = useUrlState();
  const answer = useGql('roles', PersonAccessDocument, { id, ...pageArguments(state) }, { keepPrevious: true });
  const list = nodeOf(answer.data?.node, 'Person')?.access;
  const rows = (list?.nodes ?? []).map((row) => readFragment(AccessRowFragmentDoc, row));
  const until = (row: AccessRowFragment) => (row.until ? formatInstant(row.until) : t('access.open'));
  const holder = (row: AccessRowFragment) => (
    <>
      {row.holder}
      {row.onBehalfOf && <small className="bn-behalf">{common('journal.onBehalfOf', { name: row.onBehalfOf })}</small>}
    </>
  );
  return (
    <>
      <p className="bn-hint bn-gap">{t('access.explanation')}</p>
      <Panel flush>
        <CursorTable
          label={t('tab.access')}
          rows={rows}
          rowKey={(row) => `${row.holder} ${row.role} ${row.organization} ${row.onBehalfOf ?? ''} ${row.until ?? ''}`}
          loading={answer.isPending || answer.isPlaceholderData}
          failure={answer.error}
          retry={() => void answer.refetch()}
          pageInfo={list?.pageInfo}
          total={list?.totalCount}
          totalCapped={list?.totalCountCapped}
          totalText={(total) => t('access.total', { total })}
          card={(row) => (
            <>
              <strong>{holder(row)}</strong>
              <span>
                {common(`role.${row.role}`)} · {row.organization}
              </span>
              <small>
                {until(row)} · {row.why}
              </small>
            </>
          )}
          columns={[
            { title: t('access.holder'), render: (_, row) => holder(row), width: 170 },
            { title: t('access.role'), render: (_, row) => common(`role.${row.role}`), width: 130 },
            { title: t('access.organization'), dataIndex: 'organization', ellipsis: true },
            { title: t('access.until'), render: (_, row) => until(row), width: 170 },
            { title: t('access.why'), dataIndex: 'why' },
          ]}
        />
      </Panel>
    </>
  );
}
