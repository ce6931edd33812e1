import { Form, type FormInstance, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { GroupsOfBranchDocument } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { readIdentityNumber } from '../../shared/identityNumber';
import { CodeSelect } from '../../shared/pickers/CodeSelect';
import { DivisionSelect } from '../../shared/pickers/DivisionSelect';
import { DateInput } from '../../shared/ui/DateInput';
import { useSigned } from '../../shared/viewer';
import { agreementProblem, type PersonValues } from './personValues';
import { StageField } from './StageField';

export const personFields = [
  'stage',
  'name',
  'identityNumber',
  'birthDate',
  'sex',
  'ethnicGroup',
  'education',
  'nativePlace',
  'jobCategory',
  'noIdentityNumberReason',
  'phone',
  'email',
  'address',
  'appliedOn',
  'joinedOn',
  'confirmedOn',
  'partyGroupId',
] as const;

interface Props {
  form: FormInstance<PersonValues>;
  organizationId: string;
  /** The masked number as it was; nothing can be checked against it. */
  maskedNumber?: string;
  nativePlaceName?: string;
  withStage: boolean;
}

/** A complete number tells birth date and sex; both can still be changed, and are compared again. */
export function prefill(form: FormInstance<PersonValues>, changed: Partial<PersonValues>): void {
  if (!changed.identityNumber) return;
  const reading = readIdentityNumber(changed.identityNumber);
  if (!reading.ok) return;
  form.setFieldsValue(reading.facts);
  void form.validateFields(['birthDate', 'sex']).catch(() => undefined);
}

export function PersonFields({ form, organizationId, maskedNumber, nativePlaceName, withStage }: Props) {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  const { server } = useSigned();
  const groups = useGql('organizations', GroupsOfBranchDocument, { id: organizationId });
  // A record without a number says why; one that never had a number is edited as it is (A13).
  const reason = Form.useWatch('noIdentityNumberReason', form);
  const mayLack = withStage ? Boolean(reason?.trim()) : maskedNumber === '';
  const partyGroups = nodeOf(groups.data?.node, 'Organization')?.partyGroups.nodes ?? [];
  const required = (field: string) => ({ required: true, message: common('form.required', { field: t(`field.${field}`) }) });

  const agrees = (field: 'birthDate' | 'sex') => ({
    validator: () => {
      const { identityNumber, ...rest } = form.getFieldsValue();
      const compared = identityNumber === maskedNumber ? undefined : identityNumber;
      const problem = agreementProblem({ ...rest, identityNumber: compared }, field);
      return problem ? Promise.reject(new Error(t(`problem.${problem}`))) : Promise.resolve();
    },
  });
  const date = (field: 'appliedOn' | 'joinedOn' | 'confirmedOn') => (
    <Form.Item name={field} label={t(`field.${field}`)}>
      <DateInput max={server.today} />
    </Form.Item>
  );

  return (
    <div className="bn-form-grid">
      {withStage && <StageField rule={required('stage')} />}
      <Form.Item name="name" label={t('field.name')} rules={[required('name')]}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="identityNumber" label={t('field.identityNumber')} rules={mayLack ? [] : [required('identityNumber')]}>
        <Input maxLength={18} />
      </Form.Item>
      {withStage && (
        <Form.Item name="noIdentityNumberReason" label={t('field.noIdentityNumberReason')} extra={t('noIdentityNumberHint')}>
          <Input maxLength={200} />
        </Form.Item>
      )}
      <Form.Item name="birthDate" label={t('field.birthDate')} dependencies={['identityNumber']} rules={[required('birthDate'), agrees('birthDate')]}>
        <DateInput max={server.today} />
      </Form.Item>
      <Form.Item name="sex" label={t('field.sex')} dependencies={['identityNumber']} rules={[required('sex'), agrees('sex')]}>
        <CodeSelect table="sex" allowClear={false} />
      </Form.Item>
      <Form.Item name="ethnicGroup" label={t('field.ethnicGroup')} rules={[required('ethnicGroup')]}>
        <CodeSelect table="ethnic_group" allowClear={false} />
      </Form.Item>
      <Form.Item name="education" label={t('field.education')} rules={[required('education')]}>
        <CodeSelect table="education" allowClear={false} />
      </Form.Item>
      <Form.Item name="jobCategory" label={t('field.jobCategory')}>
        <CodeSelect table="job_category" />
      </Form.Item>
      <Form.Item name="nativePlace" label={t('field.nativePlace')}>
        <DivisionSelect valueName={nativePlaceName} />
      </Form.Item>
      <Form.Item name="phone" label={t('field.phone')}>
        <Input maxLength={30} inputMode="tel" />
      </Form.Item>
      <Form.Item name="email" label={t('field.email')}>
        <Input maxLength={254} inputMode="email" />
      </Form.Item>
      {date('appliedOn')}
      {date('joinedOn')}
      {date('confirmedOn')}
      {partyGroups.length > 0 && (
        <Form.Item name="partyGroupId" label={t('field.partyGroup')}>
          <Select
            allowClear
            placeholder={common('form.choose')}
            options={partyGroups.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      )}
      <Form.Item className="bn-form-wide" name="address" label={t('field.address')}>
        <Input maxLength={200} />
      </Form.Item>
    </div>
  );
}
