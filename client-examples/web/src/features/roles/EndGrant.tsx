import { App, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { EndGrantDocument, type GrantRowFragment } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { GrantSummary } from './GrantSummary';

interface Values {
  reason?: string;
}

const fields = ['reason'] as const;

export function EndGrant({ grant, onClose }: { grant: GrantRowFragment; onClose: () => void }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { submit, ...submission } = useSubmission(EndGrantDocument, (result) => result.grantEnd, ['roles', 'journal']);

  const save = async ({ reason }: Values) => {
    if (!(await submit({ input: { id: grant.id, version: grant.version, reason: reason?.trim() || null } }))) return;
    message.success(t('end.done'));
    onClose();
  };

  return (
    <FormDrawer<Values>
      title={t('end.title')}
      form={form}
      fields={fields}
      initialValues={{}}
      question={t('end.question', { account: grant.account?.name, role: common(`role.${grant.role}`) })}
      submitLabel={t('end.open')}
      danger
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <GrantSummary grant={grant} />
      <Form.Item name="reason" label={t('field.reason')}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}
