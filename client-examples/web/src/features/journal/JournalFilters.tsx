import { Button, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { firstPage } from '../../shared/paging';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { DateInput } from '../../shared/ui/DateInput';
import { FilterBar } from '../../shared/ui/FilterBar';
import { type UrlState, useUrlState } from '../../shared/urlState';
import { events } from './events';

const names = ['account', 'event', 'from', 'until'];
const pick = (state: UrlState): UrlState => Object.fromEntries(names.map((name) => [name, state[name]]));

/** Who, what kind of event, when; and below which organization. */
export function JournalFilters({ rootId }: { rootId: string }) {
  const { t } = useTranslation('journal');
  const { t: common } = useTranslation();
  const [state, change] = useUrlState();
  const [draft, setDraft] = useState<UrlState>(() => pick(state));
  const set = (patch: UrlState) => setDraft((before) => ({ ...before, ...patch }));
  return (
    <FilterBar label={t('filter.label')} onSubmit={() => change({ ...firstPage, ...draft })}>
      <Input
        aria-label={t('filter.account')}
        placeholder={t('filter.account')}
        value={draft.account ?? ''}
        onChange={(event) => set({ account: event.target.value || undefined })}
      />
      <Select
        aria-label={t('filter.event')}
        placeholder={t('filter.event')}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={draft.event}
        options={events.map((event) => ({ value: event, label: t(`event.${event}`) }))}
        onChange={(event?: string) => set({ event })}
      />
      <span className="bn-range bn-range-days">
        <DateInput aria-label={t('filter.from')} value={draft.from} onChange={(day) => set({ from: day ?? undefined })} />
        <span aria-hidden="true">–</span>
        <DateInput aria-label={t('filter.until')} value={draft.until} onChange={(day) => set({ until: day ?? undefined })} />
      </span>
      <Button type="primary" htmlType="submit">
        {common('action.query')}
      </Button>
      <Button
        onClick={() => {
          setDraft({});
          change({ ...firstPage, ...pick({}), under: undefined, reach: undefined });
        }}
      >
        {common('action.reset')}
      </Button>
      <span className="bn-filters-gap" />
      <span className="bn-filter-org">
        <OrgPicker
          rootId={rootId}
          value={state.under ?? rootId}
          title={t('filter.organization')}
          onChange={(id) => change({ ...firstPage, under: id })}
        />
      </span>
      <Segmented
        aria-label={common('reach.label')}
        value={state.reach === 'OWN' ? 'OWN' : 'SUBTREE'}
        options={['SUBTREE', 'OWN'].map((value) => ({ value, label: common(`reach.${value}`) }))}
        onChange={(reach) => change({ ...firstPage, reach: reach === 'OWN' ? 'OWN' : undefined })}
      />
    </FilterBar>
  );
}
