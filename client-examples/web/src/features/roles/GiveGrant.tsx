import { App, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { GiveGrantDocument, type Role } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { DateInput } from '../../shared/ui/DateInput';
import { useSigned } from '../../shared/viewer';
import { endOfDay } from '../../shared/days';
import { AccountSelect } from './AccountSelect';
import { roles } from './roles';

interface Values {
  accountId: string;
  role: Role;
  organizationId: string;
  until?: string | null;
  reason?: string;
}

const fields = ['accountId', 'role', 'organizationId', 'until', 'reason'] as const;

export function GiveGrant({ under, onClose }: { under: string; onClose: () => void }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const { root } = useSigned();
  const [form] = Form.useForm<Values>();
  const { submit, ...submission } = useSubmission(GiveGrantDocument, (result) => result.grantGive, ['roles', 'journal']);
  const required = (field: string) => [
    { required: true, message: common('form.required', { field: t(`field.${field}`) }) },
  ];

  const save = async ({ until, reason, ...values }: Values) => {
    const input = { ...values, until: until ? endOfDay(until) : null, reason: reason?.trim() || null };
    const done = await submit({ input });
    if (!done) return;
    message.success(t(done.grant?.pending ? 'give.waiting' : 'give.done'));
    onClose();
  };

  return (
    <FormDrawer<Values>
      title={t('give.title')}
      form={form}
      fields={fields}
      initialValues={{ organizationId: under }}
      question={t('give.question')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <Form.Item name="accountId" label={t('field.account')} rules={required('account')}>
        <AccountSelect under={root?.id ?? under} />
      </Form.Item>
      <Form.Item name="role" label={t('field.role')} rules={required('role')}>
        <Select
          placeholder={common('form.choose')}
          options={roles.map((role) => ({ value: role, label: common(`role.${role}`) }))}
        />
      </Form.Item>
      <Form.Item name="organizationId" label={t('field.organization')} rules={required('organization')}>
        <OrgPicker rootId={root?.id ?? under} title={t('field.organization')} />
      </Form.Item>
      <Form.Item name="until" label={t('field.until')} extra={t('give.untilHint')}>
        <DateInput />
      </Form.Item>
      <Form.Item name="reason" label={t('field.reason')}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}
