import { useTranslation } from 'react-i18next';

import type { DemonstrationEntry } from '../../shared/api/session';

interface Props {
  entries: DemonstrationEntry[];
  entering: string | null;
  onEnter: (as: string) => void;
}

/** One card for each role of the demonstration, with what that role can see and do. */
export function EntryCards({ entries, entering, onEnter }: Props) {
  const { t, i18n } = useTranslation('enter');
  return (
    <ul className="bn-enter-roles">
      {entries.map((entry) => (
        <li key={entry.as}>
          <button type="button" disabled={entering !== null} aria-busy={entering === entry.as} onClick={() => onEnter(entry.as)}>
            <strong>{i18n.language === 'en' ? entry.title.en : entry.title.zh}</strong>
            {entry.organization && <span>{entry.organization}</span>}
            <small>{t(`role.${entry.as}`, { defaultValue: '' })}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}
