import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  type JournalEntryRowFragment,
  JournalEntryRowFragmentDoc,
  JournalDocument,
  type JournalFilter,
} from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { endOfDay, startOfDay } from '../../shared/days';
import { formatInstant } from '../../shared/format';
import { ChangeList } from '../../shared/journal/ChangeList';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';
import { type UrlState, useUrlState } from '../../shared/urlState';
import { events } from './events';
import { subjectLink } from './subjectLink';

export function journalFilter(state: UrlState): JournalFilter {
  const event = events.find((known) => known === state.event);
  return {
    ...(state.account ? { accountName: state.account } : {}),
    ...(event ? { events: [event] } : {}),
    ...(state.from ? { from: startOfDay(state.from) } : {}),
    ...(state.until ? { until: endOfDay(state.until) } : {}),
  };
}

function Subject({ entry }: { entry: JournalEntryRowFragment }) {
  const link = subjectLink(entry);
  return link ? (
    <Link to={link.to} search={link.search as never}>
      {entry.subjectName}
    </Link>
  ) : (
    <>{entry.subjectName}</>
  );
}

export function JournalTable({ under }: { under: string }) {
  const { t } = useTranslation('journal');
  const { t: common } = useTranslation();
  const [state] = useUrlState();
  const answer = useGql(
    'journal',
    JournalDocument,
    { under, reach: state.reach === 'OWN' ? 'OWN' : 'SUBTREE', filter: journalFilter(state), ...pageArguments(state) },
    { keepPrevious: true },
  );
  const list = answer.data?.journal;
  const rows = (list?.nodes ?? []).map((row) => readFragment(JournalEntryRowFragmentDoc, row));
  const who = ({ accountName, role, onBehalfOf, source }: JournalEntryRowFragment) => (
    <>
      {accountName}
      {role && <small className="bn-muted"> {common(`role.${role}`)}</small>}
      {onBehalfOf && <small className="bn-behalf">{common('journal.onBehalfOf', { name: onBehalfOf })}</small>}
      {source && <small className="bn-behalf">{t('field.source', { source })}</small>}
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
              <strong>{row.eventName}</strong> <Subject entry={row} />
            </span>
            <span>{who(row)}</span>
            <small>{formatInstant(row.at)}</small>
            <ChangeList changes={row.changes} />
          </>
        )}
        columns={[
          { title: t('field.at'), render: (_, row) => formatInstant(row.at), width: 170 },
          { title: t('field.who'), render: (_, row) => who(row), width: 160 },
          { title: t('field.event'), dataIndex: 'eventName', width: 130 },
          { title: t('field.subject'), render: (_, row) => <Subject entry={row} />, width: 200 },
          { title: t('field.changes'), render: (_, row) => <ChangeList changes={row.changes} /> },
          { title: t('field.organization'), render: (_, row) => row.organization?.name ?? '—', width: 180, ellipsis: true },
        ]}
      />
    </Panel>
  );
}
