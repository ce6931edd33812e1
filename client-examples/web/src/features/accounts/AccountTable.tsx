import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { type AccountRowFragment, AccountRowFragmentDoc, AccountsDocument } from '../../gql/graphql';
import { AccountTags } from '../../shared/accounts/AccountTags';
import { useGql } from '../../shared/api/queries';
import { formatInstant } from '../../shared/format';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { accountFilter } from './accountFilter';

/** Accounts with what keeps them from being used (A12, A13). */
export function AccountTable({ under }: { under: string }) {
  const { t } = useTranslation('accounts');
  const [state, change] = useUrlState();
  const answer = useGql(
    'accounts',
    AccountsDocument,
    {
      under,
      reach: state.reach === 'OWN' ? 'OWN' : 'SUBTREE',
      search: state.search ?? null,
      filter: accountFilter(state),
      ...pageArguments(state),
    },
    { keepPrevious: true },
  );
  const list = answer.data?.accounts;
  const rows = (list?.nodes ?? []).map((row) => readFragment(AccountRowFragmentDoc, row));
  const name = (row: AccountRowFragment) => (
    <Button type="link" className="bn-inline" onClick={() => change({ account: row.id })}>
      {row.name}
    </Button>
  );
  const last = (row: AccountRowFragment) => (row.lastSignedInAt ? formatInstant(row.lastSignedInAt) : t('never'));
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
              {name(row)} <small>{row.userName}</small>
            </span>
            <AccountTags state={row.state} flags={row.flags} />
            <small>
              {t(`kind.${row.kind}`)} · {row.organization?.name}
            </small>
          </>
        )}
        columns={[
          { title: t('field.name'), render: (_, row) => name(row), width: 150 },
          { title: t('field.userName'), render: (_, row) => row.userName ?? '—', width: 150, ellipsis: true },
          { title: t('field.kind'), render: (_, row) => t(`kind.${row.kind}`), width: 84 },
          { title: t('field.state'), render: (_, row) => <AccountTags state={row.state} flags={row.flags} />, width: 250 },
          { title: t('field.organization'), render: (_, row) => row.organization?.name ?? '—', ellipsis: true },
          { title: t('field.lastSignedInAt'), render: (_, row) => last(row), width: 170 },
        ]}
      />
    </Panel>
  );
}
