import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { type EnrolmentOffer, lookAtEnrolment } from '../../shared/api/session';
import { codeOfFragment, groupedCode } from '../../shared/oneTimeCode';
import { RequestFailure } from '../../shared/session/RequestFailure';
import { useRequest } from '../../shared/session/useRequest';
import { EnrolKey } from './EnrolKey';
import { EnterFrame } from './EnterFrame';

/** The code of the link, out of the address bar before anything else happens. */
function takeCode(): string {
  const code = codeOfFragment(window.location.hash);
  if (window.location.hash) window.history.replaceState(window.history.state, '', window.location.pathname);
  return code;
}

/** A one-time code, from the link or typed from paper, makes a key the key of an account. */
export function EnrolPage() {
  const { t } = useTranslation('enter');
  const { t: common } = useTranslation();
  const [code, setCode] = useState(takeCode);
  const [offer, setOffer] = useState<EnrolmentOffer | null>(null);
  const [form] = Form.useForm<{ code: string }>();
  const request = useRequest();

  const look = async (wanted: string) => {
    setCode(wanted);
    setOffer(await request.run(() => lookAtEnrolment(wanted)));
  };
  useEffect(() => {
    const arrived = () => {
      const taken = takeCode();
      if (taken) void look(taken);
    };
    if (code) void look(code);
    // A link that is opened while this page is open changes the fragment only.
    window.addEventListener('hashchange', arrived);
    return () => window.removeEventListener('hashchange', arrived);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, with the code of the link
  }, []);

  return (
    <EnterFrame title={t('enrol.title')} subtitle={t('enrol.subtitle')}>
      {offer ? (
        <EnrolKey code={code} offer={offer} onOther={() => setOffer(null)} />
      ) : (
        <Form form={form} layout="vertical" className="bn-enter-form" onFinish={(values: { code: string }) => void look(values.code)}>
          <RequestFailure request={request} />
          {request.failure !== null && <Alert className="bn-gap" type="info" showIcon title={t('enrol.notFoundHint')} />}
          <Form.Item
            name="code"
            label={t('enrol.code')}
            extra={t('enrol.codeHint')}
            initialValue={groupedCode(code)}
            rules={[{ required: true, message: common('form.required', { field: t('enrol.code') }) }]}
          >
            <Input autoFocus autoComplete="off" spellCheck={false} maxLength={100} className="bn-code" />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={request.busy}>
            {t('enrol.next')}
          </Button>
        </Form>
      )}
    </EnterFrame>
  );
}
