import { Link } from '@tanstack/react-router';
import { App, Button, Popconfirm, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  DissolvePartyGroupDocument,
  type PartyGroupRowFragment,
  PartyGroupRowFragmentDoc,
  PartyGroupsDocument,
} from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { FailureView } from '../../shared/ui/FailureView';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import type { Organization } from './organization';
import { AssignMembers } from './AssignMembers';
import { PartyGroupForm } from './PartyGroupForm';

type Open = { what: 'form'; group: PartyGroupRowFragment | null } | { what: 'members'; group: PartyGroupRowFragment };

/** Groups are rows of a branch and no organizations: the tree ends at the branch. */
export function PartyGroups({ organization }: { organization: Organization }) {
  const { t } = useTranslation('organizations');
  const { viewer } = useSigned();
  const { message } = App.useApp();
  const [state] = useUrlState();
  const [open, setOpen] = useState<Open | null>(null);
  const answer = useGql(
    'organizations',
    PartyGroupsDocument,
    { id: organization.id, ...pageArguments(state) },
    { keepPrevious: true },
  );
  const { submit, userErrors, failure } = useSubmission(DissolvePartyGroupDocument, (result) => result.partyGroupDissolve, [
    'organizations',
    'people',
    'journal',
  ]);
  const list = nodeOf(answer.data?.node, 'Organization')?.partyGroups;
  const may = !viewer.readOnly && organization.may.includes('MANAGE_PARTY_GROUPS');

  const dissolve = async ({ id, version }: PartyGroupRowFragment) => {
    if (await submit({ input: { id, version } })) message.success(t('groups.dissolved'));
  };
  const leader = ({ leader: person }: PartyGroupRowFragment) =>
    person ? (
      <Link to="/people/$id" params={{ id: person.id } as never}>
        {person.name}
      </Link>
    ) : (
      '—'
    );
  const members = ({ id, members: { totalCount } }: PartyGroupRowFragment) => (
    <Link to="/people" search={{ under: organization.id, partyGroup: id } as never}>
      {totalCount}
    </Link>
  );
  const actions = (group: PartyGroupRowFragment) =>
    may && (
      <Space size={12}>
        <Button type="link" className="bn-inline" onClick={() => setOpen({ what: 'members', group })}>
          {t('groups.assign')}
        </Button>
        <Button type="link" className="bn-inline" onClick={() => setOpen({ what: 'form', group })}>
          {t('action.edit')}
        </Button>
        <Popconfirm title={t('groups.dissolveQuestion', { name: group.name })} onConfirm={() => void dissolve(group)}>
          <Button type="link" danger className="bn-inline">
            {t('groups.dissolve')}
          </Button>
        </Popconfirm>
      </Space>
    );

  return (
    <Panel flush>
      <Refusals errors={userErrors} />
      <FailureView failure={failure} />
      <CursorTable
        label={t('tab.groups')}
        rows={(list?.nodes ?? []).map((row) => readFragment(PartyGroupRowFragmentDoc, row))}
        rowKey={(row) => row.id}
        loading={answer.isPending}
        failure={answer.error}
        retry={() => void answer.refetch()}
        pageInfo={list?.pageInfo}
        total={list?.totalCount}
        totalCapped={list?.totalCountCapped}
        totalText={(total) => t('groups.total', { total })}
        actions={
          may && (
            <Button type="primary" onClick={() => setOpen({ what: 'form', group: null })}>
              {t('groups.create')}
            </Button>
          )
        }
        card={(group) => (
          <>
            <strong>{group.name}</strong>
            <span>
              {t('groups.leader')}: {leader(group)} · {t('groups.members')}: {members(group)}
            </span>
            {actions(group)}
          </>
        )}
        columns={[
          { title: t('groups.name'), dataIndex: 'name', ellipsis: true },
          { title: t('groups.leader'), render: (_, group) => leader(group), width: 140 },
          { title: t('groups.members'), render: (_, group) => members(group), width: 90, align: 'right' },
          { title: t('groups.actions'), render: (_, group) => actions(group), width: 220 },
        ]}
      />
      {open?.what === 'form' && (
        <PartyGroupForm organizationId={organization.id} group={open.group} onClose={() => setOpen(null)} />
      )}
      {open?.what === 'members' && (
        <AssignMembers organizationId={organization.id} group={open.group} onClose={() => setOpen(null)} />
      )}
    </Panel>
  );
}
