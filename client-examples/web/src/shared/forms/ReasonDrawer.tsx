import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { UserError } from '../api/useSubmission';
import { FormDrawer } from './FormDrawer';

interface Values {
  reason: string;
}

const fields = ['reason'] as const;

interface Props {
  title: string;
  question: string;
  submitLabel: string;
  danger?: boolean;
  /** What will come of it. */
  explanation?: ReactNode;
  busy: boolean;
  userErrors: UserError[];
  failure: unknown;
  onSubmit: (reason: string) => void;
  onClose: () => void;
}

/** An action that needs nothing but a reason, which stands in the log afterwards. */
export function ReasonDrawer({ explanation, onSubmit, ...rest }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  return (
    <FormDrawer<Values> {...rest} form={form} fields={fields} initialValues={{}} onSubmit={({ reason }) => onSubmit(reason.trim())}>
      {explanation && <p>{explanation}</p>}
      <Form.Item
        name="reason"
        label={t('form.reason')}
        extra={t('form.reasonHint')}
        rules={[{ required: true, whitespace: true, message: t('form.required', { field: t('form.reason') }) }]}
      >
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}
