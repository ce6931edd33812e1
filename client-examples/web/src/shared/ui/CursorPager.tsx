import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { firstPage, pageSizeOf, pageSizes } from '../paging';
import { useUrlState } from '../urlState';

export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor?: string | null;
  endCursor?: string | null;
}

/** Previous and next by cursor: there are no page numbers to count for. */
export function CursorPager({ pageInfo }: { pageInfo: PageInfo | undefined }) {
  const { t } = useTranslation();
  const [state, change] = useUrlState();
  const away = Boolean(state.after ?? state.before);
  return (
    <nav className="bn-pager" aria-label={t('pager.label')}>
      <Select
        aria-label={t('pager.size')}
        value={pageSizeOf(state)}
        options={pageSizes.map((size) => ({ value: size, label: t('pager.perPage', { size }) }))}
        onChange={(size) => change({ ...firstPage, size: String(size) })}
      />
      <Button disabled={!away} onClick={() => change(firstPage)}>
        {t('pager.first')}
      </Button>
      <Button
        disabled={!pageInfo?.hasPreviousPage}
        onClick={() => change({ before: pageInfo?.startCursor ?? undefined, after: undefined })}
      >
        {t('pager.previous')}
      </Button>
      <Button
        disabled={!pageInfo?.hasNextPage}
        onClick={() => change({ after: pageInfo?.endCursor ?? undefined, before: undefined })}
      >
        {t('pager.next')}
      </Button>
    </nav>
  );
}
