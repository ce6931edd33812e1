import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { CodeSelect } from '../../shared/pickers/CodeSelect';
import { DivisionSelect } from '../../shared/pickers/DivisionSelect';
import { DateInput } from '../../shared/ui/DateInput';
import { useSigned } from '../../shared/viewer';

export const organizationFields = [
  'name',
  'shortName',
  'code',
  'kind',
  'setting',
  'territory',
  'foundedOn',
  'contactPerson',
  'contactPhone',
  'address',
] as const;

interface Props {
  /** The kinds that fit here; without it any kind of the table, and the server decides. */
  kinds?: readonly { code: string; name: string }[];
  territoryName?: string;
}

export function OrganizationFields({ kinds, territoryName }: Props) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { server } = useSigned();
  const required = (name: string) => [{ required: true, message: common('form.required', { field: t(`field.${name}`) }) }];
  return (
    <div className="bn-form-grid">
      <Form.Item className="bn-form-wide" name="name" label={t('field.name')} rules={required('name')}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="shortName" label={t('field.shortName')}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="code" label={t('field.code')} rules={required('code')}>
        <Input maxLength={20} />
      </Form.Item>
      <Form.Item name="kind" label={t('field.kind')} rules={required('kind')}>
        {kinds ? (
          <Select
            placeholder={common('form.choose')}
            options={kinds.map(({ code, name }) => ({ value: code, label: name }))}
          />
        ) : (
          <CodeSelect table="org_kind" allowClear={false} />
        )}
      </Form.Item>
      <Form.Item name="setting" label={t('field.setting')}>
        <CodeSelect table="org_setting" />
      </Form.Item>
      <Form.Item name="territory" label={t('field.territory')}>
        <DivisionSelect valueName={territoryName} />
      </Form.Item>
      <Form.Item name="foundedOn" label={t('field.foundedOn')}>
        <DateInput max={server.today} />
      </Form.Item>
      <Form.Item name="contactPerson" label={t('field.contactPerson')}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="contactPhone" label={t('field.contactPhone')}>
        <Input maxLength={30} inputMode="tel" />
      </Form.Item>
      <Form.Item className="bn-form-wide" name="address" label={t('field.address')}>
        <Input maxLength={200} />
      </Form.Item>
    </div>
  );
}
