import { Button, Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { changePassword, type PasswordPolicy } from '../api/session';
import { PasswordHints } from './PasswordHints';
import { RequestFailure } from './RequestFailure';
import { useProblemFields } from './useProblemFields';
import { useRequest } from './useRequest';

interface Values {
  old: string;
  new: string;
  repeat: string;
}

interface Props {
  policy: PasswordPolicy;
  onDone: () => void;
  /** Beside the button. */
  aside?: ReactNode;
}

/** Old, new, repeat (A10). The server decides; the console compares the two new ones. */
export function PasswordForm({ policy, onDone, aside }: Props) {
  const { t } = useTranslation('session');
  const { t: common } = useTranslation();
  const [form] = Form.useForm<Values>();
  const request = useRequest();
  useProblemFields(form, request.problems);
  const fresh = Form.useWatch('new', form) ?? '';
  const old = Form.useWatch('old', form) ?? '';
  const required = (label: string) => ({ required: true, message: common('form.required', { field: label }) });

  const save = async (values: Values) => {
    const done = await request.run(() => changePassword({ old: values.old, new: values.new }).then(() => true));
    if (!done) return;
    form.resetFields();
    onDone();
  };

  return (
    <Form<Values> form={form} layout="vertical" className="bn-password-form" onFinish={(values) => void save(values)}>
      <RequestFailure request={request} />
      <Form.Item name="old" label={t('password.old')} rules={[required(t('password.old'))]}>
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <Form.Item
        name="new"
        label={t('password.new')}
        rules={[required(t('password.new'))]}
        extra={<PasswordHints password={fresh} policy={policy} old={old} />}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <Form.Item
        name="repeat"
        label={t('password.repeat')}
        dependencies={['new']}
        rules={[
          required(t('password.repeat')),
          {
            validator: (_, value?: string) =>
              !value || value === form.getFieldValue('new') ? Promise.resolve() : Promise.reject(new Error(t('password.differ'))),
          },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <div className="bn-enter-actions">
        <Button type="primary" htmlType="submit" loading={request.busy}>
          {t('password.change')}
        </Button>
        {aside}
      </div>
    </Form>
  );
}
