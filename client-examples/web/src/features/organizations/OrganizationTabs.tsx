import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';

import { AttachmentList } from '../../shared/attachments/AttachmentList';
import { firstPage } from '../../shared/paging';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { BasicFacts } from './BasicFacts';
import { History } from './History';
import { Leadership } from './Leadership';
import type { Organization } from './organization';
import { Overview } from './Overview';
import { PartyGroups } from './PartyGroups';
import { PastStates } from './PastStates';
import { Subordinates } from './Subordinates';
import { Units } from './Units';
import { Warnings } from './Warnings';

interface Props {
  organization: Organization;
  onSelect: (id: string) => void;
}

export function OrganizationTabs({ organization, onSelect }: Props) {
  const { t } = useTranslation('organizations');
  const { can, viewer } = useSigned();
  const [state, change] = useUrlState();
  const { id } = organization;
  const items = [
    { key: 'basic', label: t('tab.basic'), children: <BasicFacts organization={organization} onSelect={onSelect} /> },
    { key: 'overview', label: t('tab.overview'), children: <Overview id={id} /> },
    organization.holdsMembers
      ? { key: 'groups', label: t('tab.groups'), children: <PartyGroups organization={organization} /> }
      : { key: 'subordinates', label: t('tab.subordinates'), children: <Subordinates organization={organization} onSelect={onSelect} /> },
    { key: 'leadership', label: t('tab.leadership'), children: <Leadership organization={organization} /> },
    ...(organization.holdsMembers
      ? []
      : [{ key: 'warnings', label: t('tab.warnings'), children: <Warnings id={id} onSelect={onSelect} /> }]),
    { key: 'units', label: t('tab.units'), children: <Units organization={organization} /> },
    {
      key: 'attachments',
      label: t('tab.attachments'),
      children: (
        <AttachmentList
          ownerId={id}
          owner="organization"
          area="organizations"
          may={!viewer.readOnly && organization.status === 'ACTIVE' && organization.may.includes('EDIT_ORGANIZATION')}
        />
      ),
    },
    { key: 'states', label: t('tab.states'), children: <PastStates id={id} /> },
    ...(can('READ_JOURNAL') ? [{ key: 'history', label: t('tab.history'), children: <History id={id} /> }] : []),
  ];
  const active = items.some(({ key }) => key === state.tab) ? state.tab : 'basic';
  return (
    <Tabs
      className="bn-tabs"
      activeKey={active}
      items={items}
      destroyOnHidden
      onChange={(tab) => change({ ...firstPage, tab })}
    />
  );
}
