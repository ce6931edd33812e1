import { App, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import {
  AssignPartyGroupDocument,
  BranchPeopleDocument,
  type PartyGroupRowFragment,
} from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { FormDrawer } from '../../shared/forms/FormDrawer';

interface Values {
  add: string[];
  remove: string[];
}

interface Props {
  organizationId: string;
  group: PartyGroupRowFragment;
  onClose: () => void;
}

/** People of the branch into the group and out of it. */
export function AssignMembers({ organizationId, group, onClose }: Props) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const people = useGql('people', BranchPeopleDocument, { under: organizationId, name: null });
  const { submit, ...submission } = useSubmission(AssignPartyGroupDocument, (result) => result.partyGroupAssign, [
    'organizations',
    'people',
    'journal',
  ]);

  const save = async ({ add = [], remove = [] }: Partial<Values>) => {
    let { version } = group;
    for (const [personIds, leave] of [[add, false], [remove, true]] as const) {
      if (personIds.length === 0) continue;
      const done = await submit({ input: { id: group.id, version, personIds: [...personIds], remove: leave } });
      if (!done?.partyGroup) return;
      version = done.partyGroup.version;
    }
    message.success(t('groups.saved'));
    onClose();
  };

  const rows = people.data?.people.nodes ?? [];
  const choice = (inside: boolean) => (
    <Select
      mode="multiple"
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={common('form.choose')}
      loading={people.isPending}
      options={rows
        .filter(({ partyGroup }) => (partyGroup?.id === group.id) === inside)
        .map(({ id, name, partyGroup }) => ({ value: id, label: partyGroup && !inside ? common('withNote', { name, note: partyGroup.name }) : name }))}
    />
  );
  return (
    <FormDrawer<Values>
      title={t('groups.assignTitle', { name: group.name })}
      form={form}
      fields={[]}
      initialValues={{}}
      question={t('groups.question')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <Form.Item name="add" label={t('groups.add')}>
        {choice(false)}
      </Form.Item>
      <Form.Item name="remove" label={t('groups.remove')}>
        {choice(true)}
      </Form.Item>
    </FormDrawer>
  );
}
