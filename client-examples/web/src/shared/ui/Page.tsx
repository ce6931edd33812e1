import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  title: ReactNode;
  /** For the browser's tab, when the title is more than text. */
  documentTitle?: string;
  aside?: ReactNode;
  subtitle?: ReactNode;
  children: ReactNode;
}

export function Page({ title, documentTitle, aside, subtitle, children }: Props) {
  const { t } = useTranslation();
  const name = documentTitle ?? (typeof title === 'string' ? title : undefined);
  useEffect(() => {
    document.title = name ? `${name} · ${t('product')}` : t('product');
  }, [name, t]);
  return (
    <div className="bn-page">
      <header className="bn-page-head">
        <div>
          <h1>{title}</h1>
          {subtitle && <p>{subtitle}</p>}
        </div>
        {aside && <div className="bn-page-aside">{aside}</div>}
      </header>
      {children}
    </div>
  );
}

export function Panel({ title, extra, children, flush = false }: { title?: ReactNode; extra?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={flush ? 'bn-panel bn-panel-flush' : 'bn-panel'}>
      {(title || extra) && (
        <div className="bn-panel-head">
          <h2>{title}</h2>
          {extra}
        </div>
      )}
      {children}
    </section>
  );
}
