import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { enterWithPassword } from '../../shared/api/session';
import { RequestFailure } from '../../shared/session/RequestFailure';
import { useRequest } from '../../shared/session/useRequest';
import { useCountdown } from '../../shared/useCountdown';

interface Values {
  userName: string;
  password: string;
}

interface Props {
  onDone: (passwordChangeRequired: boolean) => void;
  onBack: () => void;
}

/** For members. After too many tries the server names the seconds; they are counted down here. */
export function PasswordSignIn({ onDone, onBack }: Props) {
  const { t } = useTranslation('enter');
  const { t: common } = useTranslation();
  const request = useRequest();
  const left = useCountdown(request.blockedUntil);
  const required = (field: string) => [{ required: true, message: common('form.required', { field }) }];

  const send = async ({ userName, password }: Values) => {
    const done = await request.run(() => enterWithPassword(userName.trim(), password));
    if (done) onDone(done.passwordChangeRequired);
  };

  return (
    <Form<Values> layout="vertical" className="bn-enter-form" onFinish={(values) => void send(values)}>
      <p className="bn-gap bn-muted">{t('password.explanation')}</p>
      <RequestFailure request={request} />
      <Form.Item name="userName" label={t('password.userName')} rules={required(t('password.userName'))}>
        <Input autoFocus autoComplete="username" maxLength={100} />
      </Form.Item>
      <Form.Item name="password" label={t('password.password')} rules={required(t('password.password'))}>
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <div className="bn-enter-actions">
        <Button type="primary" htmlType="submit" loading={request.busy} disabled={left > 0}>
          {t('password.enter')}
        </Button>
        <Button onClick={onBack}>{common('action.back')}</Button>
      </div>
    </Form>
  );
}
