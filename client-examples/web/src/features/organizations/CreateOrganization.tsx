import { App, Form } from 'antd';
import { useTranslation } from 'react-i18next';

import { CreateOrganizationDocument, type OrganizationCreateInput } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import type { Organization } from './organization';
import { OrganizationFields, organizationFields } from './OrganizationFields';

type Values = Omit<OrganizationCreateInput, 'parentId'>;

interface Props {
  organization: Organization;
  onClose: () => void;
  onCreated: (id: string) => void;
}

export function CreateOrganization({ organization: parent, onClose, onCreated }: Props) {
  const { t } = useTranslation('organizations');
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { submit, ...submission } = useSubmission(CreateOrganizationDocument, (result) => result.organizationCreate, [
    'organizations',
    'journal',
  ]);

  const save = async (values: Values) => {
    const done = await submit({ input: { ...filledValues(values), parentId: parent.id } });
    if (!done?.organization) return;
    message.success(t('create.done', { name: done.organization.name }));
    onClose();
    onCreated(done.organization.id);
  };

  return (
    <FormDrawer<Values>
      title={t('create.title', { parent: parent.name })}
      form={form}
      fields={organizationFields}
      initialValues={{ kind: parent.mayContain.length === 1 ? parent.mayContain[0]?.code : undefined }}
      question={t('create.question', { parent: parent.name })}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <OrganizationFields kinds={parent.mayContain} />
    </FormDrawer>
  );
}
