import { App, Button, Drawer, Form, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ApproveGrantDocument, type GrantRowFragment, RefuseGrantDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { FailureView } from '../../shared/ui/FailureView';
import { usePhone } from '../../shared/usePhone';
import { GrantSummary } from './GrantSummary';

interface Props {
  grant: GrantRowFragment;
  onClose: () => void;
}

/** The second person sees what is granted, and approves that version of it or refuses with a reason. */
export function SettleGrant({ grant: opened, onClose }: Props) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const phone = usePhone();
  // What is approved is what was shown, also when the list behind it is refreshed meanwhile.
  const [grant] = useState(opened);
  const [form] = Form.useForm<{ reason: string }>();
  const approving = useSubmission(ApproveGrantDocument, (result) => result.grantApprove, ['roles', 'accounts', 'journal']);
  const refusing = useSubmission(RefuseGrantDocument, (result) => result.grantRefuse, ['roles', 'accounts', 'journal']);

  const approve = async () => {
    refusing.reset();
    if (!(await approving.submit({ input: { id: grant.id, version: grant.version } }))) return;
    message.success(t('settle.approved'));
    onClose();
  };
  const refuse = async ({ reason }: { reason: string }) => {
    approving.reset();
    if (!(await refusing.submit({ input: { id: grant.id, version: grant.version, reason: reason.trim() } }))) return;
    message.success(t('settle.refused'));
    onClose();
  };

  return (
    <Drawer
      open
      title={t('settle.title')}
      size={phone ? '100%' : 560}
      onClose={onClose}
      destroyOnHidden
      mask={{ closable: false }}
      footer={
        <div className="bn-drawer-foot">
          <Button onClick={onClose}>{common('action.cancel')}</Button>
          <Button danger loading={refusing.busy} onClick={() => form.submit()}>
            {t('settle.refuse')}
          </Button>
          <Popconfirm
            title={t('settle.question')}
            okText={common('action.confirm')}
            cancelText={common('action.cancel')}
            onConfirm={() => void approve()}
          >
            <Button type="primary" loading={approving.busy}>
              {t('settle.approve')}
            </Button>
          </Popconfirm>
        </div>
      }
    >
      <FailureView failure={approving.failure ?? refusing.failure} />
      <Refusals errors={[...approving.userErrors, ...refusing.userErrors]} />
      <GrantSummary grant={grant} />
      <Form form={form} layout="vertical" onFinish={(values: { reason: string }) => void refuse(values)}>
        <Form.Item
          name="reason"
          label={t('settle.reason')}
          extra={t('settle.reasonHint')}
          rules={[{ required: true, whitespace: true, message: common('form.required', { field: t('settle.reason') }) }]}
        >
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
