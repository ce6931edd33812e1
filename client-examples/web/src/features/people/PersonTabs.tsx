import { useTranslation } from 'react-i18next';

import { PageTabs } from '../../shared/ui/PageTabs';
import { useSigned } from '../../shared/viewer';
import { AccessTab } from './AccessTab';
import { BasicTab } from './BasicTab';
import type { Person } from './person';
import { PersonHistory } from './PersonHistory';

export function PersonTabs({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  const { can } = useSigned();
  const basic = <BasicTab key={person.id} person={person} />;
  const items = [
    { key: 'basic', label: t('tab.basic'), children: basic },
    ...(can('READ_JOURNAL') ? [{ key: 'history', label: t('tab.history'), children: <PersonHistory id={person.id} /> }] : []),
    ...(can('READ_GRANTS') ? [{ key: 'access', label: t('tab.access'), children: <AccessTab id={person.id} /> }] : []),
  ];
  if (items.length === 1) return basic;
  return <PageTabs label={person.name} items={items} />;
}
