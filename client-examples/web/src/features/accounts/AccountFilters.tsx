import { Button, Checkbox, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { accountStates } from '../../shared/accounts/AccountTags';
import { firstPage } from '../../shared/paging';
import { FilterBar } from '../../shared/ui/FilterBar';
import { type UrlState, useUrlState } from '../../shared/urlState';
import { kinds } from './accountFilter';

const names = ['search', 'states', 'kind', 'flagged'];
const pick = (state: UrlState): UrlState => Object.fromEntries(names.map((name) => [name, state[name]]));

export function AccountFilters() {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const [state, change] = useUrlState();
  const [draft, setDraft] = useState<UrlState>(() => pick(state));
  const set = (patch: UrlState) => setDraft((before) => ({ ...before, ...patch }));
  return (
    <FilterBar label={t('filter.label')} onSubmit={() => change({ ...firstPage, ...draft })}>
      <Input
        aria-label={t('filter.search')}
        placeholder={t('filter.search')}
        value={draft.search ?? ''}
        onChange={(event) => set({ search: event.target.value || undefined })}
      />
      <Select
        aria-label={t('field.kind')}
        placeholder={t('field.kind')}
        allowClear
        value={draft.kind}
        options={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        onChange={(kind?: string) => set({ kind })}
      />
      <Select
        className="bn-filter-stages"
        aria-label={t('field.state')}
        placeholder={t('field.state')}
        mode="multiple"
        maxTagCount="responsive"
        value={draft.states?.split(',') ?? []}
        options={accountStates.map((value) => ({ value, label: t(`state.${value}`) }))}
        onChange={(values: string[]) => set({ states: values.join(',') || undefined })}
      />
      <Checkbox checked={draft.flagged !== undefined} onChange={(event) => set({ flagged: event.target.checked ? 'yes' : undefined })}>
        {t('filter.flagged')}
      </Checkbox>
      <Button type="primary" htmlType="submit">
        {common('action.query')}
      </Button>
      <Button
        onClick={() => {
          setDraft({});
          change({ ...firstPage, ...pick({}) });
        }}
      >
        {common('action.reset')}
      </Button>
      <span className="bn-filters-gap" />
      <Segmented
        aria-label={common('reach.label')}
        value={state.reach === 'OWN' ? 'OWN' : 'SUBTREE'}
        options={['SUBTREE', 'OWN'].map((value) => ({ value, label: common(`reach.${value}`) }))}
        onChange={(reach) => change({ ...firstPage, reach: reach === 'OWN' ? 'OWN' : undefined })}
      />
    </FilterBar>
  );
}
