import { Button, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { type GrantRowFragment, GrantRowFragmentDoc, GrantsDocument } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { formatInstant } from '../../shared/format';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';
import { StatusTag } from '../../shared/ui/StatusTag';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { EditGrant } from './EditGrant';
import { EndGrant } from './EndGrant';
import { grantFilter } from './grantFilter';
import { Permissions } from './Permissions';
import { SettleGrant } from './SettleGrant';

type Act = 'end' | 'edit' | 'settle';

function State({ grant }: { grant: GrantRowFragment }) {
  const { t } = useTranslation('roles');
  if (grant.pending) return <StatusTag tone="warn">{t('pending')}</StatusTag>;
  return <StatusTag tone={grant.running ? 'ok' : 'none'}>{t(grant.running ? 'running' : 'over')}</StatusTag>;
}

/** The role; a lent right says whose it is, and what part of the role it is. */
function What({ grant }: { grant: GrantRowFragment }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  return (
    <>
      {common(`role.${grant.role}`)}
      {grant.post && <small className="bn-muted"> {t('byPost', { post: grant.post.name })}</small>}
      {grant.onBehalfOf && (
        <Tooltip title={<Permissions permissions={grant.permissions} />}>
          <small className="bn-muted" tabIndex={0}>
            {' '}
            {t('onBehalfOf', { name: grant.onBehalfOf, count: grant.permissions.length })}
          </small>
        </Tooltip>
      )}
    </>
  );
}

/** Who holds which role where, from when until when; and what waits for a second person. */
export function GrantTable({ under }: { under: string }) {
  const { t } = useTranslation('roles');
  const { viewer, can } = useSigned();
  const [state] = useUrlState();
  const [acting, setActing] = useState<{ act: Act; grant: GrantRowFragment } | null>(null);
  const answer = useGql('roles', GrantsDocument, { under, filter: grantFilter(state), ...pageArguments(state) }, { keepPrevious: true });
  const list = answer.data?.grants;
  const rows = (list?.nodes ?? []).map((row) => readFragment(GrantRowFragmentDoc, row));
  const may = !viewer.readOnly && (can('GIVE_GRANTS') || can('DELEGATE_GRANTS'));
  const until = ({ until: end, endedAt }: GrantRowFragment) => {
    const instant = endedAt ?? end;
    return instant ? formatInstant(instant) : t('openEnd');
  };
  const acts = (grant: GrantRowFragment): Act[] => [
    ...(grant.maySettle && !viewer.readOnly ? (['settle'] as const) : []),
    // What goes with a post ends with the post.
    ...(may && !grant.post && (grant.running || grant.pending) ? (['edit', 'end'] as const) : []),
  ];
  const actions = (grant: GrantRowFragment) => (
    <span className="bn-record-actions">
      {acts(grant).map((act) => (
        <Button key={act} type="link" danger={act === 'end'} className="bn-inline" onClick={() => setActing({ act, grant })}>
          {t(`${act}.open`)}
        </Button>
      ))}
    </span>
  );
  const close = () => setActing(null);

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
              <strong>{row.account?.name ?? '—'}</strong> <State grant={row} />
            </span>
            <span>
              <What grant={row} /> · {row.organization?.name}
            </span>
            <small>
              {formatInstant(row.from)} – {until(row)}
            </small>
            {actions(row)}
          </>
        )}
        columns={[
          { title: t('field.account'), render: (_, row) => row.account?.name ?? '—', ellipsis: true, width: 110 },
          { title: t('field.role'), render: (_, row) => <What grant={row} />, width: 160 },
          { title: t('field.organization'), render: (_, row) => row.organization?.name ?? '—', ellipsis: true },
          { title: t('field.from'), render: (_, row) => formatInstant(row.from), width: 160 },
          { title: t('field.until'), render: (_, row) => until(row), width: 160 },
          { title: t('field.givenBy'), render: (_, row) => row.givenBy ?? '—', width: 90, ellipsis: true },
          { title: t('field.state'), render: (_, row) => <State grant={row} />, width: 84 },
          { title: t('field.actions'), render: (_, row) => actions(row), width: 176 },
        ]}
      />
      {acting?.act === 'end' && <EndGrant grant={acting.grant} onClose={close} />}
      {acting?.act === 'edit' && <EditGrant grant={acting.grant} onClose={close} />}
      {acting?.act === 'settle' && <SettleGrant grant={acting.grant} onClose={close} />}
    </Panel>
  );
}
