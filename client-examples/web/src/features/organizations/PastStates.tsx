import { Table } from 'antd';
import { useTranslation } from 'react-i18next';

import { PastStatesDocument, type PastStatesQuery } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { FailureView } from '../../shared/ui/FailureView';
import { Panel } from '../../shared/ui/Page';
import { usePhone } from '../../shared/usePhone';

/** Names and kinds change a few times in the life of an organization. */
const plenty = 100;

type State = Extract<NonNullable<PastStatesQuery['node']>, { __typename: 'Organization' }>['pastStates']['nodes'][number];

/** What the organization was called, and was, from when until when. */
export function PastStates({ id }: { id: string }) {
  const { t } = useTranslation('organizations');
  const phone = usePhone();
  const answer = useGql('organizations', PastStatesDocument, { id, first: plenty });
  if (answer.error) return <FailureView failure={answer.error} retry={() => void answer.refetch()} />;
  const states = nodeOf(answer.data?.node, 'Organization')?.pastStates.nodes ?? [];
  return (
    <Panel flush>
      <Table<State>
        size="small"
        aria-label={t('tab.states')}
        rowKey={(state) => `${state.from} ${state.name} ${state.change}`}
        loading={answer.isPending}
        pagination={false}
        dataSource={states}
        locale={{ emptyText: t('states.none') }}
        columns={[
          { title: t('states.name'), dataIndex: 'name' },
          ...(phone ? [] : [{ title: t('field.kind'), dataIndex: ['kind', 'name'], width: 140 }]),
          { title: t('states.from'), dataIndex: 'from', width: 110 },
          { title: t('states.until'), width: 110, render: (_, { until }) => until ?? t('states.now') },
          { title: t('states.change'), dataIndex: 'change', width: 140 },
          ...(phone
            ? []
            : [{ title: t('states.document'), width: 160, render: (_: unknown, { document }: State) => document ?? '—' }]),
        ]}
      />
    </Panel>
  );
}
