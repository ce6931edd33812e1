import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { firstPage } from '../../shared/paging';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { Page } from '../../shared/ui/Page';
import { PageTabs } from '../../shared/ui/PageTabs';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { AccountDrawer } from './AccountDrawer';
import { AccountFilters } from './AccountFilters';
import { AccountTable } from './AccountTable';
import { ClaimCodes } from './ClaimCodes';
import { CreateAccount } from './CreateAccount';
import { OpenInvitations } from './OpenInvitations';
import { Roster } from './Roster';

/** The accounts of an organization and everything below it: their state, their names, how they get in. */
export function AccountsPage() {
  const { t } = useTranslation('accounts');
  const { root, viewer, can } = useSigned();
  const [state, change] = useUrlState();
  const [creating, setCreating] = useState(false);
  if (!root) return null;
  const under = state.under ?? root.id;
  const may = !viewer.readOnly && can('MANAGE_ACCOUNTS');
  const items = [
    {
      key: 'accounts',
      label: t('tab.accounts'),
      children: (
        <div className="bn-stack">
          <AccountFilters />
          <AccountTable under={under} />
        </div>
      ),
    },
    { key: 'invitations', label: t('tab.invitations'), children: <OpenInvitations under={under} /> },
    ...(can('MANAGE_ACCOUNTS') ? [{ key: 'roster', label: t('tab.roster'), children: <Roster organization={under} /> }] : []),
    ...(may ? [{ key: 'codes', label: t('tab.codes'), children: <ClaimCodes organization={under} /> }] : []),
  ];
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      aside={
        may && (
          <Button type="primary" onClick={() => setCreating(true)}>
            {t('create.open')}
          </Button>
        )
      }
    >
      <div className="bn-filters">
        <span className="bn-filter-org">
          <OrgPicker
            rootId={root.id}
            value={under}
            title={t('filter.organization')}
            onChange={(id) => change({ ...firstPage, under: id })}
          />
        </span>
      </div>
      <PageTabs label={t('title')} items={items} />
      {creating && <CreateAccount under={under} onClose={() => setCreating(false)} />}
      {state.account && <AccountDrawer id={state.account} onClose={() => change({ account: undefined })} />}
    </Page>
  );
}
