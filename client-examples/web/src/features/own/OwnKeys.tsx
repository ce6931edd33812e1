import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { InviteOwnKeyDocument, type InviteOwnKeyMutation, type InviteOwnKeyMutationVariables, type KeyRowFragment } from '../../gql/graphql';
import { invalidate } from '../../shared/api/queries';
import { type Submission, useSubmission } from '../../shared/api/useSubmission';
import { KeyList } from '../../shared/accounts/KeyList';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { Refusals } from '../../shared/forms/Refusals';
import { KeyButton } from '../../shared/key/KeyButton';
import { PlainKey, useEnrolment } from '../../shared/key/useEnrolment';
import { FailureView } from '../../shared/ui/FailureView';
import { Panel } from '../../shared/ui/Page';

/** Names the further key, then waits for its touch. The code between the two is never seen. */
function AddKey({ code, first, onClose }: { code: string; first: boolean; onClose: () => void }) {
  const { t } = useTranslation('own');
  const { t: common } = useTranslation();
  const { t: enter } = useTranslation('enter');
  const { message } = App.useApp();
  const [form] = Form.useForm<{ name: string }>();
  const ceremony = useEnrolment(code, () => form.getFieldValue('name'));
  const start = async () => {
    const done = await ceremony.start();
    if (!done) return;
    await invalidate('accounts', 'session', 'journal');
    if (done.verifiesUser) message.success(t('keys.added'));
    else message.warning(enter('enrol.noVerification'));
    onClose();
  };
  return (
    <Modal open title={t(first ? 'keys.first' : 'keys.add')} closable={false} mask={{ closable: false }} keyboard={!ceremony.waiting} onCancel={onClose} footer={null}>
      <p>{t(first ? 'keys.insert' : 'keys.change')}</p>
      <FailureView failure={ceremony.failure} />
      <Form form={form} layout="vertical" initialValues={{ name: first ? enter('enrol.nameDefault') : t('keys.nameDefault') }} onFinish={() => void start()}>
        <Form.Item
          name="name"
          label={enter('enrol.name')}
          rules={[{ required: true, whitespace: true, message: common('form.required', { field: enter('enrol.name') }) }]}
        >
          <Input autoFocus maxLength={50} disabled={ceremony.waiting} />
        </Form.Item>
        <PlainKey enrolment={ceremony} />
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

const passwordFields = ['password'] as const;

/** Whoever has a key yet confirms with it; for the first one the password is asked once more. */
function AskPassword({ submission, onSubmit, onClose }: { submission: Omit<Asked, 'submit' | 'reset'>; onSubmit: (password: string) => void; onClose: () => void }) {
  const { t } = useTranslation('own');
  const { t: common } = useTranslation();
  const [form] = Form.useForm<{ password: string }>();
  return (
    <FormDrawer<{ password: string }>
      title={t('keys.first')}
      form={form}
      fields={passwordFields}
      initialValues={{}}
      question={t('keys.firstQuestion')}
      submitLabel={t('keys.next')}
      onSubmit={({ password }) => onSubmit(password)}
      onClose={onClose}
      busy={submission.busy}
      userErrors={submission.userErrors}
      failure={submission.failure}
    >
      <p className="bn-muted">{t('keys.firstExplanation')}</p>
      <Form.Item name="password" label={t('keys.password')} rules={[{ required: true, message: common('form.required', { field: t('keys.password') }) }]}>
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
    </FormDrawer>
  );
}

type Asked = Submission<InviteOwnKeyMutationVariables, InviteOwnKeyMutation['keyInviteOwn']>;

/** My keys: another one, a better name, or one less. */
export function OwnKeys({ keys }: { keys: readonly KeyRowFragment[] }) {
  const { t } = useTranslation('own');
  const [code, setCode] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const asked = useSubmission(InviteOwnKeyDocument, (result) => result.keyInviteOwn, []);
  const first = keys.length === 0;
  const add = async (password: string | null) => {
    const done = await asked.submit({ input: { reason: null, password } });
    if (!done?.code) return;
    setAsking(false);
    setCode(done.code);
  };
  return (
    <Panel
      title={t('keys.title')}
      extra={
        <Button type="primary" loading={asked.busy} onClick={() => (first ? setAsking(true) : void add(null))}>
          {t(first ? 'keys.first' : 'keys.add')}
        </Button>
      }
    >
      {!asking && <FailureView failure={asked.failure} />}
      {!asking && <Refusals errors={asked.userErrors} />}
      {keys.length === 1 && <p className="bn-hint bn-gap">{t('keys.second')}</p>}
      <KeyList keys={keys} mayRename mayRemove />
      {asking && <AskPassword submission={asked} onSubmit={(password) => void add(password)} onClose={() => setAsking(false)} />}
      {code && <AddKey code={code} first={first} onClose={() => setCode(null)} />}
    </Panel>
  );
}
