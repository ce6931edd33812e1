import { App, Form, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';

import { BeginLeadershipTermDocument, EndLeadershipPostDocument, type LeadershipPostRowFragment } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { CodeSelect } from '../../shared/pickers/CodeSelect';
import { DateInput } from '../../shared/ui/DateInput';
import { touched } from './posts';

interface TermValues {
  number?: number | null;
  from: string;
  plannedUntil?: string | null;
}

/** A new term; posts that are still held end with the one before. */
export function BeginTerm({ organizationId, held, onClose }: { organizationId: string; held: number; onClose: () => void }) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<TermValues>();
  const { submit, ...submission } = useSubmission(BeginLeadershipTermDocument, (result) => result.leadershipTermBegin, touched);
  const save = async (values: TermValues) => {
    if (!(await submit({ input: { ...filledValues(values), organizationId } }))) return;
    message.success(t('leadership.begun'));
    onClose();
  };
  return (
    <FormDrawer<TermValues>
      title={t('leadership.begin')}
      form={form}
      fields={['number', 'from', 'plannedUntil']}
      initialValues={{}}
      question={held > 0 ? t('leadership.beginQuestion', { count: held }) : t('leadership.question')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <Form.Item name="number" label={t('leadership.number')} extra={t('leadership.numberHint')}>
        <InputNumber min={1} max={200} precision={0} />
      </Form.Item>
      <Form.Item
        name="from"
        label={t('leadership.termFrom')}
        rules={[{ required: true, message: common('form.required', { field: t('leadership.termFrom') }) }]}
      >
        <DateInput />
      </Form.Item>
      <Form.Item name="plannedUntil" label={t('leadership.plannedUntil')} extra={t('leadership.plannedHint')}>
        <DateInput />
      </Form.Item>
    </FormDrawer>
  );
}

interface EndValues {
  on: string;
  reason: string;
}

/** The end of a post, which is a resignation or whatever the reason says; the entry stays. */
export function EndPost({ post, onClose }: { post: LeadershipPostRowFragment; onClose: () => void }) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<EndValues>();
  const { submit, ...submission } = useSubmission(EndLeadershipPostDocument, (result) => result.leadershipPostEnd, touched);
  const required = (label: string) => [{ required: true, message: common('form.required', { field: label }) }];
  const save = async (values: EndValues) => {
    if (!(await submit({ input: { ...values, id: post.id, version: post.version } }))) return;
    message.success(t('leadership.ended'));
    onClose();
  };
  return (
    <FormDrawer<EndValues>
      title={t('leadership.endTitle', { name: post.name, post: post.post.name })}
      form={form}
      fields={['on', 'reason']}
      initialValues={{}}
      question={post.role ? t('leadership.endRoleQuestion') : t('leadership.question')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <Form.Item name="on" label={t('leadership.until')} rules={required(t('leadership.until'))}>
        <DateInput />
      </Form.Item>
      <Form.Item name="reason" label={t('leadership.reason')} rules={required(t('leadership.reason'))}>
        <CodeSelect table="post_leave_reason" allowClear={false} />
      </Form.Item>
    </FormDrawer>
  );
}
