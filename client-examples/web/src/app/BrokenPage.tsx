import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** A fault of the console itself; what the server says is shown by the pages. */
export function BrokenPage() {
  const { t } = useTranslation();
  return (
    <main className="bn-alone">
      <h1>{t('failure.broken')}</h1>
      <Button type="primary" onClick={() => window.location.reload()}>
        {t('failure.reload')}
      </Button>
    </main>
  );
}
