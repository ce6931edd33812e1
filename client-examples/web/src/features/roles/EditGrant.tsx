import { App, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { EditGrantDocument, type GrantRowFragment } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { dayBefore, endOfDay } from '../../shared/days';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { DateInput } from '../../shared/ui/DateInput';

interface Values {
  until?: string | null;
  reason?: string;
}

const fields = ['until', 'reason'] as const;

/** Another end or reason. A grant that waits gets a new version, which has to be approved as it then is. */
export function EditGrant({ grant: opened, onClose }: { grant: GrantRowFragment; onClose: () => void }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [grant] = useState(opened);
  const [form] = Form.useForm<Values>();
  const { submit, ...submission } = useSubmission(EditGrantDocument, (result) => result.grantEdit, ['roles', 'accounts', 'journal']);
  const save = async ({ until, reason }: Values) => {
    const input = { id: grant.id, version: grant.version, until: until ? endOfDay(until) : null, reason: reason?.trim() || null };
    if (!(await submit({ input }))) return;
    message.success(t('edit.done'));
    onClose();
  };
  return (
    <FormDrawer<Values>
      title={t('edit.title')}
      form={form}
      fields={fields}
      initialValues={{ until: grant.until ? dayBefore(grant.until) : null, reason: grant.reason ?? '' }}
      question={t('edit.question')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <p>
        {grant.account?.name} · {common(`role.${grant.role}`)} · {grant.organization?.name}
      </p>
      {grant.pending && <p className="bn-muted">{t('edit.pending')}</p>}
      <Form.Item name="until" label={t('field.until')} extra={t('give.untilHint')}>
        <DateInput />
      </Form.Item>
      <Form.Item name="reason" label={t('field.reason')}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}
