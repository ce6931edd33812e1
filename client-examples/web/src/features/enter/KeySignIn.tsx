import { Button, Form, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { beginKey, finishKey, finishKeyWithPassword } from '../../shared/api/session';
import { askKey } from '../../shared/key/ceremony';
import { KeyButton } from '../../shared/key/KeyButton';
import { useCeremony } from '../../shared/key/useCeremony';
import { RequestFailure } from '../../shared/session/RequestFailure';
import { useRequest } from '../../shared/session/useRequest';
import { FailureView } from '../../shared/ui/FailureView';
import { useCountdown } from '../../shared/useCountdown';

/**
 * One button. The key says who it is; one that keeps no accounts is asked for by user name, and a key that
 * verifies nobody is followed by the password.
 */
export function KeySignIn({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('enter');
  const [passwordFor, setPasswordFor] = useState<string | null>(null);
  const [userName, setUserName] = useState<string | null>(null);
  const field = useId();
  // The password belongs to the touch before it: whatever comes of it, the next try begins with the key.
  const password = useRequest();
  const left = useCountdown(password.blockedUntil);
  const ceremony = useCeremony(async (signal) => {
    const { ceremony: id, options } = await beginKey(userName?.trim());
    return finishKey(id, await askKey(options, signal));
  });

  const start = async () => {
    if (userName?.trim() === '') return;
    password.forget();
    const answer = await ceremony.start();
    if (!answer) return;
    if (answer.ok) onDone();
    else setPasswordFor(answer.ceremony);
  };

  const sendPassword = async (given: string) => {
    if (passwordFor === null) return;
    const done = await password.run(() => finishKeyWithPassword(passwordFor, given).then(() => true));
    if (done) onDone();
    else setPasswordFor(null);
  };

  if (passwordFor) {
    const back = () => setPasswordFor(null);
    return <KeyPassword busy={password.busy} onSend={(given) => void sendPassword(given)} onBack={back} />;
  }
  return (
    <section className="bn-enter-key">
      <RequestFailure request={password} />
      {password.failure !== null && left === 0 && <p className="bn-gap">{t('key.again')}</p>}
      <FailureView failure={ceremony.failure} />
      {userName !== null && (
        <div className="bn-gap">
          <label htmlFor={field}>{t('password.userName')}</label>
          <Input
            id={field}
            autoFocus
            autoComplete="username"
            maxLength={100}
            value={userName}
            disabled={ceremony.waiting}
            onChange={(event) => setUserName(event.target.value)}
            onPressEnter={() => void start()}
          />
        </div>
      )}
      <KeyButton ceremony={ceremony} size="large" block autoFocus={userName === null} disabled={userName?.trim() === '' || left > 0} onStart={() => void start()}>
        {left > 0 ? t('key.useIn', { count: left }) : t('key.use')}
      </KeyButton>
      {!ceremony.waiting && (
        <Button type="link" className="bn-inline" onClick={() => setUserName(userName === null ? '' : null)}>
          {t(userName === null ? 'key.named' : 'key.unnamed')}
        </Button>
      )}
    </section>
  );
}

function KeyPassword({ busy, onSend, onBack }: { busy: boolean; onSend: (password: string) => void; onBack: () => void }) {
  const { t } = useTranslation('enter');
  const { t: common } = useTranslation();
  return (
    <Form layout="vertical" className="bn-enter-form" onFinish={({ password }: { password: string }) => onSend(password)}>
      <p className="bn-gap">{t('key.alsoPassword')}</p>
      <Form.Item name="password" label={t('password.password')} rules={[{ required: true, message: common('form.required', { field: t('password.password') }) }]}>
        <Input.Password autoFocus autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <div className="bn-enter-actions">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('password.enter')}
        </Button>
        <Button onClick={onBack}>{common('action.back')}</Button>
      </div>
    </Form>
  );
}
