import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';

import { firstPage } from '../../shared/paging';
import { PersonFacts } from '../../shared/person/PersonFacts';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import type { Person } from './person';
import { PersonHistory } from './PersonHistory';
import { PhotoField } from './PhotoField';

export function PersonTabs({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  const { can } = useSigned();
  const [state, change] = useUrlState();
  const basic = (
    <Panel>
      <div className="bn-person">
        <PhotoField person={person} />
        <PersonFacts person={person} />
      </div>
    </Panel>
  );
  if (!can('READ_JOURNAL')) return basic;
  return (
    <Tabs
      className="bn-tabs"
      activeKey={state.tab === 'history' ? 'history' : 'basic'}
      destroyOnHidden
      items={[
        { key: 'basic', label: t('tab.basic'), children: basic },
        { key: 'history', label: t('tab.history'), children: <PersonHistory id={person.id} /> },
      ]}
      onChange={(tab) => change({ ...firstPage, tab })}
    />
  );
}
