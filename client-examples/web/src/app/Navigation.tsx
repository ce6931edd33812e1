import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { useSigned } from '../shared/viewer';
import { pagesFor } from './pages';

export function Navigation({ onChoose }: { onChoose?: () => void }) {
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
    </ul>
  );
}
