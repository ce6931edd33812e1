import { Button, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { firstPage } from '../../shared/paging';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { Page } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { DelegateGrant } from './DelegateGrant';
import { GiveGrant } from './GiveGrant';
import { views } from './grantFilter';
import { GrantTable } from './GrantTable';
import { roles } from './roles';

export function GrantsPage() {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const { root, viewer, can } = useSigned();
  const [state, change] = useUrlState();
  const [giving, setGiving] = useState(false);
  const [delegating, setDelegating] = useState(false);
  if (!root) return null;
  const under = state.under ?? root.id;
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      aside={
        !viewer.readOnly && (
          <>
            {can('DELEGATE_GRANTS') && <Button onClick={() => setDelegating(true)}>{t('delegate.open')}</Button>}
            {can('GIVE_GRANTS') && (
              <Button type="primary" onClick={() => setGiving(true)}>
                {t('give.open')}
              </Button>
            )}
          </>
        )
      }
    >
      <div className="bn-filters" role="search" aria-label={t('filter.label')}>
        <span className="bn-filter-org">
          <OrgPicker
            rootId={root.id}
            value={under}
            title={t('filter.organization')}
            onChange={(id) => change({ ...firstPage, under: id })}
          />
        </span>
        <Select
          aria-label={t('field.role')}
          placeholder={t('field.role')}
          allowClear
          value={state.role}
          options={roles.map((role) => ({ value: role, label: common(`role.${role}`) }))}
          onChange={(role?: string) => change({ ...firstPage, role })}
        />
        <Segmented
          aria-label={t('filter.running')}
          value={views.find((view) => view === state.running) ?? 'running'}
          options={views.map((value) => ({ value, label: t(`filter.${value}`) }))}
          onChange={(value) => change({ ...firstPage, running: value === 'running' ? undefined : value })}
        />
      </div>
      <GrantTable under={under} />
      {giving && <GiveGrant under={under} onClose={() => setGiving(false)} />}
      {delegating && <DelegateGrant onClose={() => setDelegating(false)} />}
    </Page>
  );
}
