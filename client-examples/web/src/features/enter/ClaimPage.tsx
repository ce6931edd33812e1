import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { claim, sessionOffer } from '../../shared/api/session';
import { readIdentityNumber } from '../../shared/identityNumber';
import { PasswordHints } from '../../shared/session/PasswordHints';
import { RequestFailure } from '../../shared/session/RequestFailure';
import { useProblemFields } from '../../shared/session/useProblemFields';
import { useRequest } from '../../shared/session/useRequest';
import { useCountdown } from '../../shared/useCountdown';
import { EnterFrame } from './EnterFrame';
import { useSignedIn } from './useSignedIn';

interface Values {
  name: string;
  identityNumber: string;
  code: string;
  password: string;
  repeat: string;
}

/** A member finds the own record and gets an account for it (A15); nobody is made a member here. */
export function ClaimPage() {
  const { t } = useTranslation('enter');
  const { t: common } = useTranslation();
  const { t: session } = useTranslation('session');
  const signedIn = useSignedIn();
  const [form] = Form.useForm<Values>();
  const [userName, setUserName] = useState<string | null>(null);
  const offer = useQuery({ queryKey: ['session', 'offer'], queryFn: sessionOffer });
  const request = useRequest();
  useProblemFields(form, request.problems);
  const left = useCountdown(request.blockedUntil);
  const password = Form.useWatch('password', form) ?? '';
  const required = (field: string) => ({ required: true, whitespace: true, message: common('form.required', { field }) });

  const send = async ({ name, identityNumber, code, password: chosen }: Values) => {
    const done = await request.run(() =>
      claim({ name: name.trim(), identityNumber: identityNumber.trim().toUpperCase(), code: code.trim(), password: chosen }),
    );
    if (done) setUserName(done.userName);
  };

  if (userName !== null) {
    return (
      <EnterFrame title={t('claim.title')} subtitle={t('claim.subtitle')}>
        <Alert className="bn-gap" type="success" showIcon title={t('claim.done', { userName })} description={t('claim.doneHint')} />
        <Button type="primary" onClick={signedIn}>
          {t('claim.go')}
        </Button>
      </EnterFrame>
    );
  }
  return (
    <EnterFrame title={t('claim.title')} subtitle={t('claim.subtitle')}>
      <Form<Values> form={form} layout="vertical" className="bn-enter-form" onFinish={(values) => void send(values)}>
        <p className="bn-gap bn-muted">{t('claim.explanation')}</p>
        <RequestFailure request={request} />
        <Form.Item name="name" label={t('claim.name')} rules={[required(t('claim.name'))]}>
          <Input autoFocus autoComplete="name" maxLength={50} />
        </Form.Item>
        <Form.Item
          name="identityNumber"
          label={t('claim.identityNumber')}
          rules={[
            required(t('claim.identityNumber')),
            {
              validator: (_, value?: string) =>
                !value?.trim() || readIdentityNumber(value.trim()).ok ? Promise.resolve() : Promise.reject(new Error(t('claim.notANumber'))),
            },
          ]}
        >
          <Input autoComplete="off" maxLength={18} />
        </Form.Item>
        <Form.Item name="code" label={t('claim.code')} extra={t('claim.codeHint')} rules={[required(t('claim.code'))]}>
          <Input autoComplete="off" spellCheck={false} maxLength={100} className="bn-code" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('claim.password')}
          rules={[required(t('claim.password'))]}
          extra={offer.data && <PasswordHints password={password} policy={offer.data.passwordPolicy} />}
        >
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        <Form.Item
          name="repeat"
          label={session('password.repeat')}
          dependencies={['password']}
          rules={[
            required(session('password.repeat')),
            {
              validator: (_, value?: string) =>
                !value || value === form.getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(session('password.differ'))),
            },
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={request.busy} disabled={left > 0}>
          {t('claim.send')}
        </Button>
      </Form>
    </EnterFrame>
  );
}
