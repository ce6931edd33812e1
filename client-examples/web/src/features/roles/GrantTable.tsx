import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { type GrantRowFragment, GrantRowFragmentDoc, GrantsDocument, type Role } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { formatInstant } from '../../shared/format';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';
import { StatusTag } from '../../shared/ui/StatusTag';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { EndGrant } from './EndGrant';

/** Who holds which role where, from when until when. */
export function GrantTable({ under }: { under: string }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const { viewer, can } = useSigned();
  const [state] = useUrlState();
  const [ending, setEnding] = useState<GrantRowFragment | null>(null);
  const answer = useGql(
    'roles',
    GrantsDocument,
    {
      under,
      filter: {
        ...(state.role ? { role: state.role as Role } : {}),
        running: state.running === 'all' ? null : true,
      },
      ...pageArguments(state),
    },
    { keepPrevious: true },
  );
  const list = answer.data?.grants;
  const rows = (list?.nodes ?? []).map((row) => readFragment(GrantRowFragmentDoc, row));
  const may = !viewer.readOnly && can('GIVE_GRANTS');
  const until = ({ until: end, endedAt }: GrantRowFragment) => {
    const instant = endedAt ?? end;
    return instant ? formatInstant(instant) : t('openEnd');
  };
  const tag = ({ running }: GrantRowFragment) => (
    <StatusTag tone={running ? 'ok' : 'none'}>{t(running ? 'running' : 'over')}</StatusTag>
  );
  const end = (grant: GrantRowFragment) =>
    may &&
    grant.running && (
      <Button type="link" danger className="bn-inline" onClick={() => setEnding(grant)}>
        {t('end.open')}
      </Button>
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
              <strong>{row.account?.name ?? '—'}</strong> {tag(row)}
            </span>
            <span>
              {common(`role.${row.role}`)} · {row.organization?.name}
            </span>
            <small>
              {formatInstant(row.from)} – {until(row)}
            </small>
            {end(row)}
          </>
        )}
        columns={[
          { title: t('field.account'), render: (_, row) => row.account?.name ?? '—', ellipsis: true },
          { title: t('field.role'), render: (_, row) => common(`role.${row.role}`), width: 130 },
          { title: t('field.organization'), render: (_, row) => row.organization?.name ?? '—', ellipsis: true },
          { title: t('field.from'), render: (_, row) => formatInstant(row.from), width: 170 },
          { title: t('field.until'), render: (_, row) => until(row), width: 170 },
          { title: t('field.givenBy'), render: (_, row) => row.givenBy ?? '—', width: 130, ellipsis: true },
          { title: t('field.state'), render: (_, row) => tag(row), width: 84 },
          { title: t('field.actions'), render: (_, row) => end(row), width: 84 },
        ]}
      />
      {ending && <EndGrant grant={ending} onClose={() => setEnding(null)} />}
    </Panel>
  );
}
