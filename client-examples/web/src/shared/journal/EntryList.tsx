import { useTranslation } from 'react-i18next';

import type { JournalEntryRowFragment } from '../../gql/graphql';
import { formatInstant } from '../format';
import { ChangeList } from './ChangeList';

/** The events of one record, newest first. */
export function EntryList({ entries }: { entries: readonly JournalEntryRowFragment[] }) {
  const { t } = useTranslation();
  if (entries.length === 0) return <p className="bn-muted">{t('journal.none')}</p>;
  return (
    <ol className="bn-entries">
      {entries.map((entry) => (
        <li key={entry.id}>
          <div className="bn-entry-head">
            <strong>{entry.eventName}</strong>
            <span>
              {entry.accountName}
              {entry.onBehalfOf && <small className="bn-behalf">{t('journal.onBehalfOf', { name: entry.onBehalfOf })}</small>}
            </span>
            <time dateTime={entry.at}>{formatInstant(entry.at)}</time>
          </div>
          <ChangeList changes={entry.changes} />
          {entry.reason && <p className="bn-muted">{t('journal.reason', { reason: entry.reason })}</p>}
        </li>
      ))}
    </ol>
  );
}
