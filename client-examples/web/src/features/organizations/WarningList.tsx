import { useTranslation } from 'react-i18next';

interface Warning {
  code: string;
  message: string;
  rule: string;
}

/** Warnings in words, each with the rule behind it; nothing for none. */
export function WarningList({ warnings }: { warnings: readonly Warning[] }) {
  const { t } = useTranslation('organizations');
  if (warnings.length === 0) return null;
  return (
    <ul className="bn-warnings" aria-label={t('tab.warnings')}>
      {warnings.map((warning) => (
        <li key={warning.code}>
          {warning.message} <small>{warning.rule}</small>
        </li>
      ))}
    </ul>
  );
}
