import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { EnrolmentOffer } from '../../shared/api/session';
import { formatInstant } from '../../shared/format';
import { KeyButton } from '../../shared/key/KeyButton';
import { PlainKey, useEnrolment } from '../../shared/key/useEnrolment';
import { Facts } from '../../shared/ui/Facts';
import { FailureView } from '../../shared/ui/FailureView';
import { useSignedIn } from './useSignedIn';

interface Props {
  code: string;
  offer: EnrolmentOffer;
  onOther: () => void;
}

/** Whose key it will be, its name, and the touch. */
export function EnrolKey({ code, offer, onOther }: Props) {
  const { t } = useTranslation('enter');
  const { t: common } = useTranslation();
  const signedIn = useSignedIn();
  const [form] = Form.useForm<{ name: string }>();
  const [withPassword, setWithPassword] = useState(false);
  const ceremony = useEnrolment(code, () => form.getFieldValue('name'));

  const start = async () => {
    const done = await ceremony.start();
    if (!done) return;
    if (done.verifiesUser) signedIn();
    else setWithPassword(true);
  };

  if (withPassword) {
    return (
      <>
        <Alert className="bn-gap" type="warning" showIcon title={t('enrol.noVerification')} description={t('enrol.noVerificationHint')} />
        <Button type="primary" onClick={signedIn}>
          {t('enrol.toSignIn')}
        </Button>
      </>
    );
  }
  return (
    <Form form={form} layout="vertical" className="bn-enter-form" initialValues={{ name: t('enrol.nameDefault') }} onFinish={() => void start()}>
      <Facts
        facts={[
          { label: t('enrol.account'), value: offer.account.name, wide: true },
          { label: t('enrol.organization'), value: offer.organization?.name, wide: true },
          { label: t('enrol.until'), value: formatInstant(offer.expiresAt), wide: true },
        ]}
      />
      <p className="bn-gap bn-enter-check">{t('enrol.check')}</p>
      {offer.replaces && <Alert className="bn-gap" type="warning" showIcon title={t('enrol.replaces')} />}
      <FailureView failure={ceremony.failure} />
      <Form.Item
        name="name"
        label={t('enrol.name')}
        extra={t('enrol.nameHint')}
        rules={[{ required: true, whitespace: true, message: common('form.required', { field: t('enrol.name') }) }]}
      >
        <Input maxLength={50} disabled={ceremony.waiting} />
      </Form.Item>
      <PlainKey enrolment={ceremony} />
      <div className="bn-enter-actions">
        <KeyButton ceremony={ceremony} onStart={() => form.submit()}>
          {t('enrol.start')}
        </KeyButton>
        {!ceremony.waiting && <Button onClick={onOther}>{t('enrol.other')}</Button>}
      </div>
    </Form>
  );
}
