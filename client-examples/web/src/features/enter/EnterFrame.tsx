import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { DemonstrationBanner } from '../../shared/ui/DemonstrationBanner';
import { LanguageSwitch } from '../../shared/ui/LanguageSwitch';

interface Props {
  title: string;
  /** Under the product's name; the title itself when absent. */
  subtitle?: string;
  demonstration?: boolean;
  /** The card of the first page has no way back. */
  back?: boolean;
  /** Beside the card, on a screen that is wide enough. */
  aside?: ReactNode;
  /** Whether the foot leads to another page. */
  away?: boolean;
  children: ReactNode;
}

/** The card in the middle of the pages for those who are not signed in. */
export function EnterFrame({ title, subtitle, demonstration = false, back = true, away = true, aside, children }: Props) {
  const { t } = useTranslation('enter');
  const { t: common } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${common('product')}`;
  }, [title, common]);
  return (
    <div className="bn-enter">
      {demonstration && <DemonstrationBanner />}
      <main className={aside ? 'bn-enter-home' : undefined}>
        <div className="bn-enter-card">
          <div className="bn-enter-head">
            <div>
              <h1>{back ? title : common('product')}</h1>
              <p>{subtitle ?? common('product')}</p>
            </div>
            <LanguageSwitch />
          </div>
          {children}
          <p className="bn-enter-foot">
            <span>{t('logged')}</span>
            {away && back && <Link to="/enter">{t('toSignIn')}</Link>}
          </p>
        </div>
        {aside}
      </main>
    </div>
  );
}
