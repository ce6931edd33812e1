import { ApartmentOutlined } from '@ant-design/icons';
import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Raise } from '../shared/session/useRaise';
import { useSigned } from '../shared/viewer';
import { pagesFor } from './pages';

export function Navigation({ raise, onChoose }: { raise: Raise; onChoose?: () => void }) {
  const { t } = useTranslation();
  const signed = useSigned();
  const { pathname } = useLocation();
  return (
    <ul className="bn-nav-list">
      {pagesFor(signed).map(({ path, icon, label }) => {
        const current = path === '/' ? pathname === '/' : pathname.startsWith(path);
        return (
          <li key={path}>
            <Link to={path} search={{}} onClick={onChoose} aria-current={current ? 'page' : undefined}>
              {icon}
              <span>{t(label)}</span>
            </Link>
          </li>
        );
      })}
      {signed.viewer.sleeping.length > 0 && (
        <li>
          <button
            type="button"
            className="bn-nav-raise"
            onClick={() => {
              onChoose?.();
              void raise.start();
            }}
          >
            <ApartmentOutlined aria-hidden />
            <span>{t('nav.administration')}</span>
          </button>
        </li>
      )}
    </ul>
  );
}
