import { useTranslation } from 'react-i18next';

import type { JournalEntryRowFragment } from '../../gql/graphql';

/** Before and after of each field that an event touched. */
export function ChangeList({ changes }: { changes: JournalEntryRowFragment['changes'] }) {
  const { t } = useTranslation();
  if (changes.length === 0) return <span className="bn-muted">—</span>;
  return (
    <ul className="bn-changes">
      {changes.map(({ field, fieldName, before, after }) => (
        <li key={field}>
          <b>{fieldName}</b>
          {before && (
            <>
              <del aria-label={t('journal.before')}>{before}</del>
              <span aria-hidden="true">→</span>
            </>
          )}
          <ins aria-label={t('journal.after')}>{after ?? '—'}</ins>
        </li>
      ))}
    </ul>
  );
}
