import { App, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import {
  BranchPeopleDocument,
  CreatePartyGroupDocument,
  EditPartyGroupDocument,
  type PartyGroupRowFragment,
} from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { changedValues, filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';

interface Values {
  name: string;
  leaderId?: string | null;
}

const fields = ['name', 'leaderId'] as const;

interface Props {
  organizationId: string;
  /** Null for a new one. */
  group: PartyGroupRowFragment | null;
  onClose: () => void;
}

export function PartyGroupForm({ organizationId, group, onClose }: Props) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const people = useGql('people', BranchPeopleDocument, { under: organizationId, name: null });
  const areas = ['organizations', 'people', 'journal'] as const;
  const creation = useSubmission(CreatePartyGroupDocument, (result) => result.partyGroupCreate, [...areas]);
  const edition = useSubmission(EditPartyGroupDocument, (result) => result.partyGroupEdit, [...areas]);
  const { busy, userErrors, failure } = group ? edition : creation;
  const before: Values = { name: group?.name ?? '', leaderId: group?.leader?.id };

  const save = async (values: Values) => {
    const done = group
      ? await edition.submit({ input: { ...changedValues(before, values), id: group.id, version: group.version } })
      : await creation.submit({ input: { ...filledValues(values), organizationId } });
    if (!done) return;
    message.success(t('groups.saved'));
    onClose();
  };

  return (
    <FormDrawer<Values>
      title={group ? t('groups.editTitle', { name: group.name }) : t('groups.create')}
      form={form}
      fields={fields}
      initialValues={before}
      question={t('groups.question')}
      busy={busy}
      userErrors={userErrors}
      failure={failure}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('groups.name')}
        rules={[{ required: true, message: common('form.required', { field: t('groups.name') }) }]}
      >
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="leaderId" label={t('groups.leader')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={common('form.choose')}
          loading={people.isPending}
          options={people.data?.people.nodes.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
    </FormDrawer>
  );
}
