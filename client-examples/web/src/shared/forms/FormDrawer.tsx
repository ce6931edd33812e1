import { Button, Drawer, Form, type FormInstance, Popconfirm } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { UserError } from '../api/useSubmission';
import { FailureView } from '../ui/FailureView';
import { usePhone } from '../usePhone';
import { Refusals } from './Refusals';
import { useFieldErrors } from './useFieldErrors';

interface Props<Values> {
  title: string;
  form: FormInstance<Values>;
  /** Names of the fields, for placing refusals. */
  fields: readonly string[];
  initialValues: Partial<Values>;
  question: string;
  submitLabel?: string;
  danger?: boolean;
  width?: number;
  busy: boolean;
  userErrors: UserError[];
  failure: unknown;
  onSubmit: (values: Values) => void;
  onClose: () => void;
  onValuesChange?: (changed: Partial<Values>, all: Values) => void;
  children: ReactNode;
}

/** Every form of the console: fields, refusals at the fields, a question before it is sent. */
export function FormDrawer<Values extends object>(props: Props<Values>) {
  const { t } = useTranslation();
  const phone = usePhone();
  const [asking, setAsking] = useState(false);
  const others = useFieldErrors(props.form, props.userErrors, props.fields);

  const ask = async () => {
    const complete = await props.form.validateFields().then(
      () => true,
      () => false,
    );
    setAsking(complete);
  };

  return (
    <Drawer
      open
      title={props.title}
      size={phone ? '100%' : (props.width ?? 560)}
      onClose={props.onClose}
      destroyOnHidden
      mask={{ closable: false }}
      footer={
        <div className="bn-drawer-foot">
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Popconfirm
            open={asking}
            onOpenChange={(open) => !open && setAsking(false)}
            title={props.question}
            okText={t('action.confirm')}
            cancelText={t('action.cancel')}
            okButtonProps={{ danger: props.danger }}
            onConfirm={() => {
              setAsking(false);
              props.onSubmit(props.form.getFieldsValue());
            }}
            onCancel={() => setAsking(false)}
          >
            <Button type="primary" danger={props.danger} loading={props.busy} onClick={() => void ask()}>
              {props.submitLabel ?? t('action.save')}
            </Button>
          </Popconfirm>
        </div>
      }
    >
      <FailureView failure={props.failure} />
      <Refusals errors={others} />
      <Form<Values>
        form={props.form}
        layout="vertical"
        initialValues={props.initialValues}
        onValuesChange={props.onValuesChange}
        scrollToFirstError={{ block: 'center' }}
        autoComplete="off"
      >
        {props.children}
      </Form>
    </Drawer>
  );
}
