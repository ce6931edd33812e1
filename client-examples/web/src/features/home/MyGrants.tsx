import { Table } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { type MyGrantFragment, MyGrantFragmentDoc, MyGrantsDocument } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { formatInstant } from '../../shared/format';
import { FailureView } from '../../shared/ui/FailureView';
import { usePhone } from '../../shared/usePhone';

/** Why I see what I see: my roles, where, and until when. */
export function MyGrants() {
  const { t } = useTranslation('home');
  const { t: common } = useTranslation();
  const phone = usePhone();
  const grants = useGql('roles', MyGrantsDocument, {});
  if (grants.error) return <FailureView failure={grants.error} />;
  const rows = (grants.data?.viewer?.grants ?? []).map((grant) => readFragment(MyGrantFragmentDoc, grant));
  const until = (value: string | null | undefined) => (value ? formatInstant(value) : t('grants.open'));
  const what = ({ role, onBehalfOf }: MyGrantFragment) => (
    <>
      {common(`role.${role}`)}
      {onBehalfOf && <small className="bn-behalf">{common('journal.onBehalfOf', { name: onBehalfOf })}</small>}
    </>
  );
  if (phone) {
    return (
      <ul className="bn-cards">
        {rows.map((grant) => (
          <li key={grant.id}>
            <strong>{common(`role.${grant.role}`)}</strong>
            {grant.onBehalfOf && <small>{common('journal.onBehalfOf', { name: grant.onBehalfOf })}</small>}
            <span>{grant.organization?.name}</span>
            <small>{t('grants.untilWhen', { until: until(grant.until) })}</small>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <Table
      size="small"
      rowKey="id"
      pagination={false}
      loading={grants.isPending}
      dataSource={rows}
      locale={{ emptyText: common('table.empty') }}
      columns={[
        { title: t('grants.role'), render: (_, grant) => what(grant) },
        { title: t('grants.organization'), render: (_, { organization }) => organization?.name },
        { title: t('grants.from'), render: (_, { from }) => formatInstant(from) },
        { title: t('grants.until'), render: (_, grant) => until(grant.until) },
      ]}
    />
  );
}
