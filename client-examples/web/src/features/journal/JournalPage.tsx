import { useTranslation } from 'react-i18next';

import { Page } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { JournalFilters } from './JournalFilters';
import { JournalTable } from './JournalTable';

export function JournalPage() {
  const { t } = useTranslation('journal');
  const { root } = useSigned();
  const [state] = useUrlState();
  if (!root) return null;
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <JournalFilters rootId={root.id} />
      <JournalTable under={state.under ?? root.id} />
    </Page>
  );
}
