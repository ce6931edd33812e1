import { App, Button, Checkbox, Form, InputNumber, Radio } from 'antd';
import { useTranslation } from 'react-i18next';

import { type InitialSecret, type PasswordProfile, PolicyDocument, type PolicyQuery, SetPolicyDocument } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { useFieldErrors } from '../../shared/forms/useFieldErrors';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Page, Panel } from '../../shared/ui/Page';
import { useSigned } from '../../shared/viewer';

interface Values {
  passwordProfile: PasswordProfile;
  rotationDays?: number | null;
  initialSecret: InitialSecret;
  twoPersonDepth: number;
  unmaskDailyBudget: number;
  memberKeyRequired: boolean;
}

const fields = ['passwordProfile', 'rotationDays', 'initialSecret', 'twoPersonDepth', 'unmaskDailyBudget', 'memberKeyRequired'] as const;
const profiles: PasswordProfile[] = ['ASVS', 'GRADED'];
const secrets: InitialSecret[] = ['GENERATED', 'FIXED', 'IDENTITY_TAIL'];

function PolicyForm({ policy }: { policy: PolicyQuery['policy'] }) {
  const { t } = useTranslation('policy');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const { viewer } = useSigned();
  const [form] = Form.useForm<Values>();
  const { submit, busy, userErrors, failure } = useSubmission(SetPolicyDocument, (result) => result.policySet, ['policy', 'journal']);
  const others = useFieldErrors(form, userErrors, fields);
  const profile = Form.useWatch('passwordProfile', form) ?? policy.passwordProfile;
  const secret = Form.useWatch('initialSecret', form) ?? policy.initialSecret;
  const required = (field: string) => [{ required: true, message: common('form.required', { field: t(`field.${field}`) }) }];

  const save = async (values: Values) => {
    const input = { ...values, rotationDays: values.rotationDays ?? null, version: policy.version };
    if (await submit({ input })) message.success(t('done'));
  };

  return (
    <Form<Values> form={form} layout="vertical" disabled={viewer.readOnly} initialValues={policy} onFinish={(values) => void save(values)}>
      <FailureView failure={failure} />
      <Refusals errors={others} />
      <div className="bn-stack">
        <Panel title={t('passwords')}>
          <Form.Item name="passwordProfile" label={t('field.passwordProfile')} extra={t(`profileHint.${profile}`)}>
            <Radio.Group options={profiles.map((value) => ({ value, label: t(`profile.${value}`) }))} />
          </Form.Item>
          <Form.Item name="rotationDays" label={t('field.rotationDays')} extra={t(profile === 'GRADED' ? 'rotationNeeded' : 'rotationHint')}>
            <InputNumber min={30} max={365} precision={0} />
          </Form.Item>
          <Form.Item name="initialSecret" label={t('field.initialSecret')} extra={t(`secretHint.${secret}`)}>
            <Radio.Group options={secrets.map((value) => ({ value, label: t(`secret.${value}`) }))} />
          </Form.Item>
        </Panel>
        <Panel title={t('signIn')}>
          <Form.Item name="memberKeyRequired" valuePropName="checked" extra={t('memberKeyHint')}>
            <Checkbox>{t('field.memberKeyRequired')}</Checkbox>
          </Form.Item>
        </Panel>
        <Panel title={t('control')}>
          <Form.Item name="twoPersonDepth" label={t('field.twoPersonDepth')} extra={t('twoPersonHint')} rules={required('twoPersonDepth')}>
            <InputNumber min={0} max={12} precision={0} />
          </Form.Item>
          <Form.Item name="unmaskDailyBudget" label={t('field.unmaskDailyBudget')} extra={t('budgetHint')} rules={required('unmaskDailyBudget')}>
            <InputNumber min={0} max={10000} precision={0} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={busy}>
            {common('action.save')}
          </Button>
        </Panel>
      </div>
    </Form>
  );
}

/** What a tenant decides for all its accounts. */
export function PolicyPage() {
  const { t } = useTranslation('policy');
  const answer = useGql('policy', PolicyDocument, {}, { staleTime: 0 });
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      {answer.data ? <PolicyForm key={answer.data.policy.version} policy={answer.data.policy} /> : !answer.error && <Loading />}
    </Page>
  );
}
