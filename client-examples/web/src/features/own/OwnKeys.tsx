import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { InviteOwnKeyDocument, type KeyRowFragment } from '../../gql/graphql';
import { invalidate } from '../../shared/api/queries';
import { beginEnrolment, finishEnrolment } from '../../shared/api/session';
import { useSubmission } from '../../shared/api/useSubmission';
import { KeyList } from '../../shared/accounts/KeyList';
import { Refusals } from '../../shared/forms/Refusals';
import { enrolKey } from '../../shared/key/ceremony';
import { KeyButton } from '../../shared/key/KeyButton';
import { useCeremony } from '../../shared/key/useCeremony';
import { FailureView } from '../../shared/ui/FailureView';
import { Panel } from '../../shared/ui/Page';

/** Names the further key, then waits for its touch. The code between the two is never seen. */
function AddKey({ code, onClose }: { code: string; onClose: () => void }) {
  const { t } = useTranslation('own');
  const { t: common } = useTranslation();
  const { t: enter } = useTranslation('enter');
  const { message } = App.useApp();
  const [form] = Form.useForm<{ name: string }>();
  const ceremony = useCeremony(async (signal) => {
    const { ceremony: id, options } = await beginEnrolment(code);
    return finishEnrolment(id, await enrolKey(options, signal), form.getFieldValue('name').trim());
  });
  const start = async () => {
    if (!(await ceremony.start())) return;
    await invalidate('accounts', 'session', 'journal');
    message.success(t('keys.added'));
    onClose();
  };
  return (
    <Modal open title={t('keys.add')} closable={false} mask={{ closable: false }} keyboard={!ceremony.waiting} onCancel={onClose} footer={null}>
      <p>{t('keys.change')}</p>
      <FailureView failure={ceremony.failure} />
      <Form form={form} layout="vertical" initialValues={{ name: t('keys.nameDefault') }} onFinish={() => void start()}>
        <Form.Item
          name="name"
          label={enter('enrol.name')}
          rules={[{ required: true, whitespace: true, message: common('form.required', { field: enter('enrol.name') }) }]}
        >
          <Input autoFocus maxLength={50} disabled={ceremony.waiting} />
        </Form.Item>
        <div className="bn-drawer-foot">
          {!ceremony.waiting && <Button onClick={onClose}>{common('action.cancel')}</Button>}
          <KeyButton ceremony={ceremony} onStart={() => form.submit()}>
            {enter('enrol.start')}
          </KeyButton>
        </div>
      </Form>
    </Modal>
  );
}

/** My keys: another one, a better name, or one less. */
export function OwnKeys({ keys }: { keys: readonly KeyRowFragment[] }) {
  const { t } = useTranslation('own');
  const [code, setCode] = useState<string | null>(null);
  const { submit, busy, userErrors, failure } = useSubmission(InviteOwnKeyDocument, (result) => result.keyInviteOwn, []);
  const add = async () => {
    const done = await submit({ input: { reason: null } });
    if (done?.code) setCode(done.code);
  };
  return (
    <Panel
      title={t('keys.title')}
      extra={
        <Button type="primary" loading={busy} onClick={() => void add()}>
          {t('keys.add')}
        </Button>
      }
    >
      <FailureView failure={failure} />
      <Refusals errors={userErrors} />
      {keys.length === 1 && <p className="bn-hint bn-gap">{t('keys.second')}</p>}
      <KeyList keys={keys} mayRename mayRemove />
      {code && <AddKey code={code} onClose={() => setCode(null)} />}
    </Panel>
  );
}
