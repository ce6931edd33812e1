import { App, Checkbox, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { DelegateGrantDocument, GrantRowFragmentDoc, GrantsToLendDocument, type Permission } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { endOfDay } from '../../shared/days';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { formatInstant } from '../../shared/format';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { DateInput } from '../../shared/ui/DateInput';
import { useSigned } from '../../shared/viewer';
import { AccountSelect } from './AccountSelect';

interface Values {
  grantId: string;
  permissions: Permission[];
  organizationId: string;
  accountId: string;
  until: string;
  reason: string;
}

const fields = ['grantId', 'permissions', 'organizationId', 'accountId', 'until', 'reason'] as const;

/** Lends a part of one's own right for a time; what is done with it stands in the log "on behalf of". */
export function DelegateGrant({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const { root } = useSigned();
  const [form] = Form.useForm<Values>();
  const answer = useGql('roles', GrantsToLendDocument, {});
  // What was lent is not lent on.
  const own = (answer.data?.viewer?.grants ?? [])
    .map((grant) => readFragment(GrantRowFragmentDoc, grant))
    .filter((grant) => !grant.onBehalfOf && grant.permissions.length > 0);
  const chosenId = Form.useWatch('grantId', form);
  const chosen = own.find(({ id }) => id === chosenId);
  const { submit, ...submission } = useSubmission(DelegateGrantDocument, (result) => result.grantDelegate, ['roles', 'accounts', 'journal']);
  const required = (field: string) => [{ required: true, message: common('form.required', { field: t(`field.${field}`) }) }];

  const save = async (values: Values) => {
    if (!(await submit({ input: { ...values, until: endOfDay(values.until), reason: values.reason.trim() } }))) return;
    message.success(t('delegate.done'));
    onClose();
  };
  const choose = (id: string) => {
    const grant = own.find((each) => each.id === id);
    form.setFieldsValue({ permissions: [], organizationId: grant?.organization?.id });
  };

  return (
    <FormDrawer<Values>
      title={t('delegate.title')}
      form={form}
      fields={fields}
      initialValues={{}}
      question={t('delegate.question')}
      submitLabel={t('delegate.open')}
      onValuesChange={(changed) => changed.grantId && choose(changed.grantId)}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <p className="bn-muted">{t('delegate.explanation')}</p>
      <Form.Item name="grantId" label={t('field.grant')} rules={required('grant')}>
        <Select
          placeholder={common('form.choose')}
          loading={answer.isPending}
          options={own.map((grant) => ({
            value: grant.id,
            label: common('withNote', {
              name: `${common(`role.${grant.role}`)} · ${grant.organization?.name ?? ''}`,
              note: grant.until ? formatInstant(grant.until) : t('openEnd'),
            }),
          }))}
        />
      </Form.Item>
      {chosen && (
        <>
          <Form.Item name="permissions" label={t('field.permissions')} rules={[{ type: 'array', min: 1, message: common('form.required', { field: t('field.permissions') }) }]}>
            <Checkbox.Group
              className="bn-permissions"
              options={chosen.permissions.map((permission) => ({ value: permission, label: t(`permission.${permission}`) }))}
            />
          </Form.Item>
          <Form.Item name="organizationId" label={t('field.organization')} rules={required('organization')}>
            <OrgPicker key={chosen.id} rootId={chosen.organization?.id ?? root?.id ?? ''} title={t('field.organization')} />
          </Form.Item>
          <Form.Item name="accountId" label={t('field.account')} rules={required('account')}>
            <AccountSelect under={root?.id ?? chosen.organization?.id ?? ''} />
          </Form.Item>
          <Form.Item name="until" label={t('field.until')} extra={t('delegate.untilHint')} rules={required('until')}>
            <DateInput />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t('field.reason')}
            rules={[{ required: true, whitespace: true, message: common('form.required', { field: t('field.reason') }) }]}
          >
            <Input.TextArea rows={2} maxLength={200} />
          </Form.Item>
        </>
      )}
    </FormDrawer>
  );
}
