import { App, Button, Popconfirm, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  DeleteUnitDocument,
  LinkUnitDocument,
  type UnitRowFragment,
  UnitRowFragmentDoc,
  UnitsDocument,
  UnitsOfOrganizationDocument,
  UnlinkUnitDocument,
} from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { formatNumber } from '../../shared/format';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { FailureView } from '../../shared/ui/FailureView';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import type { Organization } from './organization';
import { UnitFilters } from './UnitFilters';
import { UnitForm } from './UnitForm';

/** The units that are kept here and below; those that this organization is set up in are marked. */
export function Units({ organization }: { organization: Organization }) {
  const { t } = useTranslation('organizations');
  const { viewer } = useSigned();
  const { message } = App.useApp();
  const [state] = useUrlState();
  const [open, setOpen] = useState<{ unit: UnitRowFragment | null } | null>(null);
  const { id } = organization;
  const answer = useGql(
    'organizations',
    UnitsDocument,
    {
      under: id,
      reach: state.reach === 'OWN' ? 'OWN' : 'SUBTREE',
      filter: {
        name: state.name ?? null,
        kind: state.unitKind ?? null,
        legalPerson: state.legalPerson ? state.legalPerson === 'true' : null,
      },
      ...pageArguments(state),
    },
    { keepPrevious: true },
  );
  const own = useGql('organizations', UnitsOfOrganizationDocument, { id });
  const removal = useSubmission(DeleteUnitDocument, (result) => result.unitDelete, ['organizations', 'journal']);
  const linking = useSubmission(LinkUnitDocument, (result) => result.unitLink, ['organizations', 'journal']);
  const unlinking = useSubmission(UnlinkUnitDocument, (result) => result.unitUnlink, ['organizations', 'journal']);

  const linked = (nodeOf(own.data?.node, 'Organization')?.units ?? []).map((row) => readFragment(UnitRowFragmentDoc, row));
  const kept = (answer.data?.units.nodes ?? []).map((row) => readFragment(UnitRowFragmentDoc, row));
  // Units that others keep are seen here because the organization is set up in them.
  const narrowed = Boolean(state.name ?? state.unitKind ?? state.legalPerson);
  const elsewhere = narrowed ? [] : linked.filter((unit) => !kept.some((row) => row.id === unit.id));
  const isLinked = (unit: UnitRowFragment) => linked.some((row) => row.id === unit.id);
  const may = !viewer.readOnly && organization.status === 'ACTIVE' && organization.may.includes('EDIT_ORGANIZATION');

  const told = (text: string, done: unknown) => {
    if (done) message.success(text);
  };
  const input = (unit: UnitRowFragment) => ({ input: { organizationId: id, unitId: unit.id } });
  const link = async (unit: UnitRowFragment) => told(t('units.linked'), await linking.submit(input(unit)));
  const unlink = async (unit: UnitRowFragment) => told(t('units.unlinked'), await unlinking.submit(input(unit)));
  const remove = async (unit: UnitRowFragment) =>
    told(t('units.deleted'), await removal.submit({ input: { id: unit.id, version: unit.version } }));

  const actions = (unit: UnitRowFragment) => (
    <Space size={12}>
      {may && (
        <Button type="link" className="bn-inline" onClick={() => void (isLinked(unit) ? unlink(unit) : link(unit))}>
          {t(isLinked(unit) ? 'units.unlink' : 'units.link')}
        </Button>
      )}
      {!viewer.readOnly && unit.may.includes('EDIT_ORGANIZATION') && (
        <>
          <Button type="link" className="bn-inline" onClick={() => setOpen({ unit })}>
            {t('action.edit')}
          </Button>
          <Popconfirm title={t('units.deleteQuestion', { name: unit.name })} onConfirm={() => void remove(unit)}>
            <Button type="link" danger className="bn-inline">
              {t('units.delete')}
            </Button>
          </Popconfirm>
        </>
      )}
    </Space>
  );
  const person = (unit: UnitRowFragment) => (unit.legalPerson ? t('units.legalPerson') : (unit.superiorName ?? '—'));
  const list = answer.data?.units;
  return (
    <div className="bn-stack">
      <UnitFilters key={id} />
      <Panel flush>
        <Refusals errors={[...removal.userErrors, ...linking.userErrors, ...unlinking.userErrors]} />
        <FailureView failure={removal.failure ?? linking.failure ?? unlinking.failure} />
        <CursorTable
          label={t('tab.units')}
          rows={[...elsewhere, ...kept]}
          rowKey={(row) => row.id}
          loading={answer.isPending}
          failure={answer.error ?? own.error}
          retry={() => void answer.refetch()}
          pageInfo={list?.pageInfo}
          total={list?.totalCount}
          totalCapped={list?.totalCountCapped}
          totalText={(total) => t('units.total', { total })}
          actions={
            may && (
              <Button type="primary" onClick={() => setOpen({ unit: null })}>
                {t('units.create')}
              </Button>
            )
          }
          card={(unit) => (
            <>
              <strong>{unit.name}</strong>
              <span>
                {unit.kind.name} · {unit.creditCode ?? '—'}
              </span>
              {actions(unit)}
            </>
          )}
          columns={[
            { title: t('units.name'), dataIndex: 'name', ellipsis: true },
            { title: t('units.creditCode'), width: 180, render: (_, unit) => unit.creditCode ?? '—' },
            { title: t('units.kind'), width: 120, ellipsis: true, render: (_, unit) => unit.kind.name },
            { title: t('units.legalPerson'), width: 120, ellipsis: true, render: (_, unit) => person(unit) },
            {
              title: t('units.organizations'),
              width: 90,
              align: 'right',
              render: (_, unit) => formatNumber(unit.organizationCount),
            },
            { title: t('units.here'), width: 70, render: (_, unit) => (isLinked(unit) ? t('units.yes') : '—') },
            { title: t('groups.actions'), width: 190, render: (_, unit) => actions(unit) },
          ]}
        />
        {open && <UnitForm organizationId={id} unit={open.unit} onClose={() => setOpen(null)} />}
      </Panel>
    </div>
  );
}
