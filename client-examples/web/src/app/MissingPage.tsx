import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <main className="bn-alone">
      <h1>{t('failure.noPage')}</h1>
      <Link to="/">{t('failure.toHome')}</Link>
    </main>
  );
}
