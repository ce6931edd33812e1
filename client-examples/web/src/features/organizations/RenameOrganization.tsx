import { App, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { RenameOrganizationDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { FileField } from '../../shared/attachments/FileField';
import { useSendFile } from '../../shared/attachments/useSendFile';
import { filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { DateInput } from '../../shared/ui/DateInput';
import { useSigned } from '../../shared/viewer';
import type { Organization } from './organization';

interface Values {
  name: string;
  shortName?: string | null;
  on: string;
  document: string;
  file?: File | null;
}

const fields = ['name', 'shortName', 'on', 'document', 'file'] as const;

export function RenameOrganization({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const { server } = useSigned();
  const [form] = Form.useForm<Values>();
  const { submit, ...submission } = useSubmission(RenameOrganizationDocument, (result) => result.organizationRename, [
    'organizations',
    'journal',
  ]);
  const required = (label: string) => [{ required: true, message: common('form.required', { field: label }) }];

  const { send, sending, fileErrors, fileFailure } = useSendFile('file');

  const save = async ({ file, ...values }: Values) => {
    const uploadId = file ? await send(file) : null;
    if (file && !uploadId) return;
    const done = await submit({
      input: { ...filledValues(values), uploadId, id: organization.id, version: organization.version },
    });
    if (!done) return;
    message.success(t('rename.done'));
    onClose();
  };

  return (
    <FormDrawer<Values>
      title={t('rename.title', { name: organization.name })}
      form={form}
      fields={fields}
      initialValues={{ name: organization.name, shortName: organization.shortName, on: server.today }}
      question={t('rename.question')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      busy={sending || submission.busy}
      userErrors={submission.userErrors.length > 0 ? submission.userErrors : fileErrors}
      failure={submission.failure ?? fileFailure}
    >
      <p className="bn-muted">{t('rename.explanation')}</p>
      <Form.Item name="name" label={t('rename.name')} rules={required(t('rename.name'))}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="shortName" label={t('field.shortName')}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="on" label={t('rename.on')} rules={required(t('rename.on'))}>
        <DateInput max={server.today} />
      </Form.Item>
      <Form.Item name="document" label={t('rename.document')} rules={required(t('rename.document'))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="file" label={t('rename.file')}>
        <FileField />
      </Form.Item>
    </FormDrawer>
  );
}
