import { useTranslation } from 'react-i18next';

/** Nobody shall take made-up people for real ones, so it is on every page. */
export function DemonstrationBanner() {
  const { t } = useTranslation();
  return (
    <p className="bn-demonstration" role="note">
      <strong>{t('demonstration.word')}</strong> {t('demonstration.banner')}
    </p>
  );
}
