import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { formatNumber, formatShare } from '../../shared/format';
import { Panel } from '../../shared/ui/Page';

export interface CountRow {
  key: string;
  name: string;
  count: number;
  link?: { to: string; search: Record<string, string | undefined> };
}

interface Props {
  title: string;
  rows: CountRow[];
  /** What the shares are of; without it no shares. */
  total?: number;
}

export function CountTable({ title, rows, total }: Props) {
  const { t } = useTranslation('organizations');
  return (
    <Panel title={title} flush>
      <table className="bn-counts">
        <thead>
          <tr>
            <th scope="col">{t('overview.what')}</th>
            <th scope="col">{t('overview.count')}</th>
            {total !== undefined && <th scope="col">{t('overview.share')}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, count, link }) => (
            <tr key={key}>
              <th scope="row">
                {link && count > 0 ? (
                  <Link to={link.to} search={link.search as never}>
                    {name}
                  </Link>
                ) : (
                  name
                )}
              </th>
              <td>{formatNumber(count)}</td>
              {total !== undefined && <td>{formatShare(count, total)}</td>}
            </tr>
          ))}
        </tbody>
        {total !== undefined && (
          <tfoot>
            <tr>
              <th scope="row">{t('overview.total')}</th>
              <td>{formatNumber(total)}</td>
              <td />
            </tr>
          </tfoot>
        )}
      </table>
    </Panel>
  );
}
