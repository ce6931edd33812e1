import { Alert, App, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { DissolveOrganizationDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { DateInput } from '../../shared/ui/DateInput';
import { useSigned } from '../../shared/viewer';
import type { Organization } from './organization';

interface Values {
  on: string;
  reason: string;
  document?: string | null;
}

const fields = ['on', 'reason', 'document'] as const;

interface Props {
  organization: Organization;
  onClose: () => void;
  /** The superior is shown next: the dissolved one is no longer in the tree. */
  onDissolved: (id: string) => void;
}

export function DissolveOrganization({ organization, onClose, onDissolved }: Props) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const { server } = useSigned();
  const [form] = Form.useForm<Values>();
  const { submit, ...submission } = useSubmission(DissolveOrganizationDocument, (result) => result.organizationDissolve, [
    'organizations',
    'people',
    'journal',
  ]);
  const required = (label: string) => [{ required: true, message: common('form.required', { field: label }) }];

  const save = async (values: Values) => {
    const done = await submit({ input: { ...filledValues(values), id: organization.id, version: organization.version } });
    if (!done) return;
    message.success(t('dissolve.done'));
    onClose();
    if (organization.superior) onDissolved(organization.superior.id);
  };

  return (
    <FormDrawer<Values>
      title={t('dissolve.title', { name: organization.name })}
      form={form}
      fields={fields}
      initialValues={{ on: server.today }}
      question={t('dissolve.question', { name: organization.name })}
      submitLabel={t('action.dissolve')}
      danger
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <Alert className="bn-gap" type="warning" showIcon title={t('dissolve.explanation')} />
      <Form.Item name="on" label={t('dissolve.on')} rules={required(t('dissolve.on'))}>
        <DateInput max={server.today} />
      </Form.Item>
      <Form.Item name="reason" label={t('dissolve.reason')} rules={required(t('dissolve.reason'))}>
        <Input.TextArea rows={3} maxLength={200} />
      </Form.Item>
      <Form.Item name="document" label={t('dissolve.document')}>
        <Input maxLength={100} />
      </Form.Item>
    </FormDrawer>
  );
}
