import { useTranslation } from 'react-i18next';

import { formatNumber } from '../format';
import type { TreeRow } from './treeData';

/** One line whatever the length of the name; the number of members stands apart. */
export function TreeTitle({ row }: { row: TreeRow }) {
  const { t } = useTranslation();
  if (!row.organization) {
    return (
      <span className="bn-tree-more">
        {t('tree.more', { shown: formatNumber(row.moreOf?.shown ?? 0), total: formatNumber(row.moreOf?.total ?? 0) })}
      </span>
    );
  }
  const { name, shortName, counts } = row.organization;
  return (
    <span className="bn-tree-title">
      <span className="bn-tree-name" title={name}>
        {shortName ?? name}
      </span>
      <span className="bn-tree-count">{formatNumber(counts.members)}</span>
    </span>
  );
}
