import { useNavigate } from '@tanstack/react-router';
import { App, Form } from 'antd';
import { useTranslation } from 'react-i18next';

import { AddPersonDocument, type PersonAddInput } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { PersonFields, personFields, prefill } from './PersonFields';
import type { PersonValues } from './personValues';

interface Props {
  organization: { id: string; name: string };
  onClose: () => void;
}

export function AddPerson({ organization, onClose }: Props) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [form] = Form.useForm<PersonValues>();
  const { submit, ...submission } = useSubmission(AddPersonDocument, (result) => result.personAdd, [
    'people',
    'organizations',
    'journal',
  ]);

  const save = async (values: PersonValues) => {
    // The form has checked that what the input requires is there.
    const input = { ...filledValues(values), organizationId: organization.id } as PersonAddInput;
    const done = await submit({ input });
    if (!done?.person) return;
    message.success(t('add.done', { name: done.person.name }));
    await navigate({ to: `/people/${done.person.id}`, search: {} as never });
  };

  return (
    <FormDrawer<PersonValues>
      title={t('add.title', { organization: organization.name })}
      width={640}
      form={form}
      fields={personFields}
      initialValues={{}}
      question={t('add.question', { organization: organization.name })}
      onValuesChange={(changed) => prefill(form, changed)}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <PersonFields form={form} organizationId={organization.id} withStage />
    </FormDrawer>
  );
}
