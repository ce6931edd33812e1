import { ApartmentOutlined, IdcardOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  /** The demonstration's entries. */
  children: ReactNode;
}

/** What everybody may know: whom the system is for, and the way in for each. */
export function Welcome({ children }: Props) {
  const { t } = useTranslation('enter');
  return (
    <section className="bn-enter-aside" aria-label={t('welcome.label')}>
      {children}
      <ul className="bn-enter-ways-in">
        <li>
          <IdcardOutlined aria-hidden />
          <div>
            <h2>{t('welcome.member')}</h2>
            <p>{t('welcome.memberText')}</p>
            <Link to="/branch">{t('welcome.branch')}</Link>
          </div>
        </li>
        <li>
          <ApartmentOutlined aria-hidden />
          <div>
            <h2>{t('welcome.office')}</h2>
            <p>{t('welcome.officeText')}</p>
          </div>
        </li>
        <li>
          <SafetyCertificateOutlined aria-hidden />
          <div>
            <h2>{t('welcome.safety')}</h2>
            <p>{t('welcome.safetyText')}</p>
            <Link to="/browsers">{t('browsers.link')}</Link>
          </div>
        </li>
      </ul>
    </section>
  );
}
