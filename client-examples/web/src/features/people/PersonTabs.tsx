import { useTranslation } from 'react-i18next';

import { AttachmentList } from '../../shared/attachments/AttachmentList';
import { PageTabs } from '../../shared/ui/PageTabs';
import { useSigned } from '../../shared/viewer';
import { AccessList } from '../../shared/person/AccessList';
import { BasicTab } from './BasicTab';
import type { Person } from './person';
import { PersonHistory } from './PersonHistory';
import { PostsTab } from './PostsTab';

export function PersonTabs({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  const { can, viewer } = useSigned();
  const mayEdit = !viewer.readOnly && person.stage !== 'LEFT' && person.may.includes('EDIT_PERSON');
  const items = [
    { key: 'basic', label: t('tab.basic'), children: <BasicTab key={person.id} person={person} /> },
    { key: 'posts', label: t('tab.posts'), children: <PostsTab id={person.id} /> },
    {
      key: 'attachments',
      label: t('tab.attachments'),
      children: <AttachmentList ownerId={person.id} owner="person" area="people" may={mayEdit} />,
    },
    ...(can('READ_JOURNAL') ? [{ key: 'history', label: t('tab.history'), children: <PersonHistory id={person.id} /> }] : []),
    ...(can('READ_GRANTS') ? [{ key: 'access', label: t('tab.access'), children: <AccessList id={person.id} /> }] : []),
  ];
  return <PageTabs label={person.name} items={items} />;
}
