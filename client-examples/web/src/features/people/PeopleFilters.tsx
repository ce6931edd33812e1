import { Button, Checkbox, Input, InputNumber, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { firstPage } from '../../shared/paging';
import { CodeSelect } from '../../shared/pickers/CodeSelect';
import { FilterBar } from '../../shared/ui/FilterBar';
import { personStages } from '../../shared/ui/StageTag';
import { type UrlState, useUrlState } from '../../shared/urlState';
import { cleared, filterNames, stagesOf } from './filters';

export function PeopleFilters() {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  const [state, change] = useUrlState();
  const [draft, setDraft] = useState<UrlState>(() =>
    Object.fromEntries(filterNames.map((name) => [name, state[name]])),
  );
  const set = (patch: UrlState) => setDraft((before) => ({ ...before, ...patch }));
  const age = (name: 'ageFrom' | 'ageTo') => (
    <InputNumber<number>
      className="bn-age"
      aria-label={t(`filter.${name}`)}
      placeholder={t(`filter.${name}`)}
      min={0}
      max={150}
      precision={0}
      value={draft[name] ? Number(draft[name]) : null}
      onChange={(value) => set({ [name]: value === null ? undefined : String(value) })}
    />
  );
  return (
    <FilterBar label={t('filter.label')} onSubmit={() => change({ ...firstPage, ...draft })}>
      <Input
        aria-label={t('filter.name')}
        placeholder={t('filter.name')}
        value={draft.name ?? ''}
        onChange={(event) => set({ name: event.target.value || undefined })}
      />
      <Select
        className="bn-filter-stages"
        mode="multiple"
        maxTagCount="responsive"
        aria-label={t('field.stage')}
        placeholder={t('field.stage')}
        allowClear
        showSearch={false}
        value={stagesOf(draft)}
        options={personStages.map((stage) => ({ value: stage, label: common(`stage.${stage}`) }))}
        onChange={(stages) => set({ stages: stages.join(',') || undefined })}
      />
      <CodeSelect table="sex" aria-label={t('field.sex')} placeholder={t('field.sex')} value={draft.sex} onChange={(sex) => set({ sex })} />
      <CodeSelect
        table="ethnic_group"
        aria-label={t('field.ethnicGroup')}
        placeholder={t('field.ethnicGroup')}
        value={draft.ethnicGroup}
        onChange={(ethnicGroup) => set({ ethnicGroup })}
      />
      <CodeSelect
        table="education"
        aria-label={t('field.education')}
        placeholder={t('field.education')}
        value={draft.education}
        onChange={(education) => set({ education })}
      />
      <span className="bn-range">
        {age('ageFrom')}
        <span aria-hidden="true">–</span>
        {age('ageTo')}
      </span>
      <Input
        className="bn-filter-identity"
        aria-label={t('filter.identityNumber')}
        placeholder={t('filter.identityNumber')}
        maxLength={18}
        value={draft.identityNumber ?? ''}
        onChange={(event) => set({ identityNumber: event.target.value || undefined })}
      />
      <Checkbox
        checked={draft.identityConverted === 'true'}
        onChange={(event) => set({ identityConverted: event.target.checked ? 'true' : undefined })}
      >
        {t('identityConverted.filter')}
      </Checkbox>
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
      <Segmented
        aria-label={common('order.label')}
        value={state.order === 'NAME' ? 'NAME' : 'TREE'}
        options={['TREE', 'NAME'].map((value) => ({ value, label: common(`order.${value}`) }))}
        onChange={(order) => change({ ...firstPage, order: order === 'NAME' ? 'NAME' : undefined })}
      />
    </FilterBar>
  );
}
