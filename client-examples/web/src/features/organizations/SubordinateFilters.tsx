import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { firstPage } from '../../shared/paging';
import { CodeSelect } from '../../shared/pickers/CodeSelect';
import { FilterBar } from '../../shared/ui/FilterBar';
import { type UrlState, useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';

const names = ['name', 'code', 'kind', 'level', 'secretary', 'status', 'reach', 'order'];
/** So many levels below the selected organization. */
const levels = ['1', '2', '3', '4', '5'] as const;
const pick = (state: UrlState): UrlState => Object.fromEntries(names.map((name) => [name, state[name]]));

export function SubordinateFilters() {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { can } = useSigned();
  const [state, change] = useUrlState();
  const [draft, setDraft] = useState<UrlState>(() => pick(state));
  const set = (patch: UrlState) => setDraft((before) => ({ ...before, ...patch }));
  return (
    <FilterBar dense label={t('filter.label')} onSubmit={() => change({ ...firstPage, ...draft })}>
      <Input
        aria-label={t('filter.name')}
        placeholder={t('filter.name')}
        value={draft.name ?? ''}
        onChange={(event) => set({ name: event.target.value || undefined })}
      />
      <Input
        aria-label={t('filter.code')}
        placeholder={t('filter.code')}
        value={draft.code ?? ''}
        onChange={(event) => set({ code: event.target.value || undefined })}
      />
      <CodeSelect
        table="org_kind"
        aria-label={t('field.kind')}
        placeholder={t('field.kind')}
        value={draft.kind}
        onChange={(kind) => set({ kind })}
      />
      <Select
        aria-label={t('field.level')}
        placeholder={t('field.level')}
        allowClear
        value={draft.level}
        options={levels.map((level) => ({ value: level, label: t(`level.below.${level}`) }))}
        // What stands further down is not among the children alone.
        onChange={(level: string | undefined) => set(level ? { level, reach: 'SUBTREE' } : { level })}
      />
      {can('READ_PEOPLE') && (
        <Select
          aria-label={t('overview.leadership')}
          placeholder={t('overview.leadership')}
          allowClear
          value={draft.secretary}
          options={[
            { value: 'YES', label: t('overview.withSecretary') },
            { value: 'NO', label: t('overview.withoutSecretary') },
          ]}
          onChange={(secretary: string | undefined) => set({ secretary })}
        />
      )}
      <Select
        aria-label={t('field.status')}
        value={draft.status ?? 'ACTIVE'}
        options={['ACTIVE', 'DISSOLVED', 'ANY'].map((value) => ({ value, label: t(`status.${value}`) }))}
        onChange={(status) => set({ status })}
      />
      <Select
        aria-label={common('reach.label')}
        value={draft.reach ?? 'CHILDREN'}
        options={['CHILDREN', 'SUBTREE'].map((value) => ({ value, label: common(`reach.${value}`) }))}
        onChange={(reach) => set({ reach })}
      />
      <Select
        aria-label={common('order.label')}
        value={draft.order ?? 'TREE'}
        options={['TREE', 'NAME'].map((value) => ({ value, label: common(`order.${value}`) }))}
        onChange={(order) => set({ order })}
      />
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
    </FilterBar>
  );
}
