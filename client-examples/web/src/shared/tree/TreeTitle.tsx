import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { formatNumber } from '../format';
import { comesOnScreen, loadMoreChildren } from './children';
import type { TreeRow } from './treeData';

/** One line whatever the length of the name; the number of members stands apart. */
export function TreeTitle({ row }: { row: TreeRow }) {
  const { t } = useTranslation();
  const { key, under, moreOf } = row;
  // Of a long list only what is on the screen is rendered: a row that is, is looked at.
  useEffect(() => comesOnScreen(key, under), [key, under]);
  const [next, shown] = [moreOf?.id, moreOf?.shown];
  useEffect(() => {
    // What cannot be loaded now is loaded by a click on the row.
    if (next) void loadMoreChildren(next).catch(() => undefined);
  }, [next, shown]);
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
