import { PrinterOutlined } from '@ant-design/icons';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Button, Table } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  type LeadershipPostRowFragment,
  LeadershipPostRowFragmentDoc,
  LeadershipTermRowFragmentDoc,
  OrganizationSheetDocument,
  type OrganizationSheetQuery,
} from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { DateInput } from '../../shared/ui/DateInput';
import { Facts } from '../../shared/ui/Facts';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Page, Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { heldOn } from './sheet';

type State = Extract<NonNullable<OrganizationSheetQuery['node']>, { __typename: 'Organization' }>['pastStates']['nodes'][number];

/** An organization on one sheet of paper, as it was on the day that the paper carries (B09). */
export function SheetPage() {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { server } = useSigned();
  const [search, change] = useUrlState();
  const { id } = useParams({ strict: false }) as { id: string };
  const day = search.day ?? server.today;
  const answer = useGql('organizations', OrganizationSheetDocument, { id, day }, { keepPrevious: true });
  const organization = nodeOf(answer.data?.node, 'Organization');

  if (answer.error) return <FailureView failure={answer.error} retry={() => void answer.refetch()} />;
  if (!organization) return answer.isPending ? <Loading /> : null;
  const { stateOn: state } = organization;
  const posts = organization.leadershipTerms
    .map((term) => readFragment(LeadershipTermRowFragmentDoc, term))
    .filter(heldOn(day))
    .flatMap((term) => term.posts.map((post) => readFragment(LeadershipPostRowFragmentDoc, post)))
    .filter(heldOn(day));
  const past = organization.pastStates.nodes.filter(({ from }) => (from ?? '') <= day);
  const today = day === server.today;
  return (
    <Page
      documentTitle={`${state?.name ?? organization.name} ${day}`}
      title={state?.name ?? organization.name}
      subtitle={t('sheet.subtitle', { day })}
      aside={
        <>
          <DateInput
            aria-label={t('sheet.day')}
            value={day}
            max={server.today}
            onChange={(chosen) => change({ day: chosen ?? undefined }, { replace: true })}
          />
          <Button type="primary" icon={<PrinterOutlined aria-hidden />} disabled={!state} onClick={() => window.print()}>
            {common('action.print')}
          </Button>
          <Link to="/organizations" search={{ node: id } as never} className="ant-btn">
            {t('sheet.back')}
          </Link>
        </>
      }
    >
      {!state && <Alert type="warning" showIcon title={t('sheet.notYet', { day })} />}
      {state && (
        <div className="bn-stack">
          <Panel title={t('tab.basic')}>
            <Facts
              facts={[
                { label: t('field.name'), value: state.name, wide: true },
                { label: t('field.shortName'), value: state.shortName },
                { label: t('field.code'), value: organization.code },
                { label: t('field.kind'), value: state.kind.name },
                { label: t('field.foundedOn'), value: organization.foundedOn },
                { label: t('field.superior'), value: state.superior && (state.superior.stateOn?.name ?? state.superior.name), wide: true },
                // These have no past: on an older paper they would be wrong.
                ...(today
                  ? [
                      { label: t('field.setting'), value: organization.setting?.name },
                      { label: t('field.territory'), value: organization.territory?.fullName },
                      { label: t('field.contactPerson'), value: organization.contactPerson },
                      { label: t('field.contactPhone'), value: organization.contactPhone },
                      { label: t('field.address'), value: organization.address, wide: true },
                    ]
                  : []),
              ]}
            />
          </Panel>
          <Panel title={t('tab.leadership')} flush>
            <Table<LeadershipPostRowFragment>
              size="small"
              aria-label={t('tab.leadership')}
              rowKey={({ id: post }) => post}
              pagination={false}
              dataSource={posts}
              locale={{ emptyText: t('sheet.nobody') }}
              columns={[
                { title: t('leadership.post'), dataIndex: ['post', 'name'] },
                { title: t('leadership.person'), dataIndex: 'name' },
                { title: t('leadership.duty'), render: (_, { duty }) => duty ?? '—' },
                { title: t('leadership.from'), dataIndex: 'from', width: 120 },
              ]}
            />
          </Panel>
          <Panel title={t('tab.states')} flush>
            <Table<State>
              size="small"
              aria-label={t('tab.states')}
              rowKey={({ from, name }) => `${from} ${name}`}
              pagination={false}
              dataSource={past}
              columns={[
                { title: t('states.from'), dataIndex: 'from', width: 120 },
                { title: t('states.change'), dataIndex: 'change', width: 130 },
                { title: t('states.name'), dataIndex: 'name' },
                { title: t('field.kind'), dataIndex: ['kind', 'name'], width: 130 },
                { title: t('states.document'), width: 180, render: (_, { document }) => document ?? '—' },
              ]}
            />
          </Panel>
        </div>
      )}
    </Page>
  );
}
