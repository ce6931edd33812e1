import { App, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { type AccountRowFragment, EditAccountDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { useSigned } from '../../shared/viewer';

interface Values {
  name?: string;
  userName?: string;
  organizationId?: string;
  reason?: string;
}

const fields = ['name', 'userName', 'organizationId', 'reason'] as const;

interface Props {
  account: AccountRowFragment;
  onClose: () => void;
}

/** Another name, login name or organization; a person's account follows the person and has only a login name of its own. */
export function EditAccount({ account, onClose }: Props) {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const { root } = useSigned();
  const [form] = Form.useForm<Values>();
  const ofAPerson = account.kind === 'PERSON';
  const { submit, ...submission } = useSubmission(EditAccountDocument, (result) => result.accountEdit, [
    'accounts',
    'roles',
    'journal',
  ]);
  const required = (field: string) => [{ required: true, message: common('form.required', { field: t(`field.${field}`) }) }];

  const save = async ({ name, userName, organizationId, reason }: Values) => {
    const changed = <T,>(value: T | undefined, before: T | null | undefined) => (value && value !== before ? value : null);
    const done = await submit({
      input: {
        id: account.id,
        version: account.version,
        name: ofAPerson ? null : changed(name?.trim(), account.name),
        userName: changed(userName?.trim(), account.userName),
        organizationId: ofAPerson ? null : changed(organizationId, account.organization?.id),
        reason: reason?.trim() || null,
      },
    });
    if (!done) return;
    message.success(t('edit.done'));
    onClose();
  };

  return (
    <FormDrawer<Values>
      title={t('edit.title', { name: account.name })}
      form={form}
      fields={fields}
      initialValues={{
        name: account.name,
        userName: account.userName ?? '',
        organizationId: account.organization?.id,
      }}
      question={t('edit.question', { name: account.name })}
      submitLabel={t('edit.open')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <p className="bn-muted">{t(ofAPerson ? 'edit.ofAPerson' : 'edit.ofAnAdministrator')}</p>
      {!ofAPerson && (
        <>
          <Form.Item name="name" label={t('field.name')} rules={required('name')}>
            <Input maxLength={50} />
          </Form.Item>
          <Form.Item name="organizationId" label={t('field.organization')} rules={required('organization')}>
            <OrgPicker rootId={root?.id ?? account.organization?.id ?? ''} title={t('field.organization')} />
          </Form.Item>
        </>
      )}
      <Form.Item name="userName" label={t('field.userName')} extra={t('create.userNameHint')}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="reason" label={t('field.reason')}>
        <Input.TextArea maxLength={500} rows={2} />
      </Form.Item>
    </FormDrawer>
  );
}
