import { Button, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { firstPage } from '../../shared/paging';
import { CodeSelect } from '../../shared/pickers/CodeSelect';
import { FilterBar } from '../../shared/ui/FilterBar';
import { type UrlState, useUrlState } from '../../shared/urlState';

const names = ['name', 'unitKind', 'legalPerson'] as const;
const cleared: UrlState = { ...firstPage, ...Object.fromEntries(names.map((name) => [name, undefined])) };

/** Units by name, nature and legal person (C01). */
export function UnitFilters() {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const [state, change] = useUrlState();
  const [draft, setDraft] = useState<UrlState>(() => Object.fromEntries(names.map((name) => [name, state[name]])));
  const set = (patch: UrlState) => setDraft((before) => ({ ...before, ...patch }));
  return (
    <FilterBar label={t('units.filter')} onSubmit={() => change({ ...firstPage, ...draft })}>
      <Input
        aria-label={t('units.filterName')}
        placeholder={t('units.filterName')}
        value={draft.name ?? ''}
        onChange={(event) => set({ name: event.target.value || undefined })}
      />
      <CodeSelect
        table="unit_kind"
        aria-label={t('units.anyKind')}
        placeholder={t('units.anyKind')}
        value={draft.unitKind}
        onChange={(unitKind) => set({ unitKind })}
      />
      <Select
        className="bn-filter-short"
        aria-label={t('units.anyPerson')}
        placeholder={t('units.anyPerson')}
        allowClear
        value={draft.legalPerson}
        options={[
          { value: 'true', label: t('units.person') },
          { value: 'false', label: t('units.noPerson') },
        ]}
        onChange={(legalPerson?: string) => set({ legalPerson })}
      />
      <Button type="primary" htmlType="submit">
        {common('action.query')}
      </Button>
      <Button
        onClick={() => {
          setDraft({});
          change(cleared);
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
