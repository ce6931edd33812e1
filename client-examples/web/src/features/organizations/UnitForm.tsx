import { App, Form, Input, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

import { CreateUnitDocument, EditUnitDocument, type UnitRowFragment } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { changedValues, filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { CodeSelect } from '../../shared/pickers/CodeSelect';

interface Values {
  name: string;
  creditCode?: string | null;
  kind: string;
  industry?: string | null;
  scale?: string | null;
  address?: string | null;
  legalPerson: boolean;
  superiorName?: string | null;
  link?: boolean;
}

const fields = ['name', 'creditCode', 'kind', 'industry', 'scale', 'address', 'legalPerson', 'superiorName', 'link'] as const;

interface Props {
  organizationId: string;
  /** The one that is corrected; a new one without. */
  unit: UnitRowFragment | null;
  onClose: () => void;
}

export function UnitForm({ organizationId, unit, onClose }: Props) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const legalPerson = Form.useWatch('legalPerson', form) ?? unit?.legalPerson ?? true;
  const create = useSubmission(CreateUnitDocument, (result) => result.unitCreate, ['organizations', 'journal']);
  const edit = useSubmission(EditUnitDocument, (result) => result.unitEdit, ['organizations', 'journal']);
  const { busy, userErrors, failure } = unit ? edit : create;
  const required = (label: string) => [{ required: true, message: common('form.required', { field: label }) }];
  const before: Partial<Values> = unit
    ? {
        name: unit.name,
        creditCode: unit.creditCode,
        kind: unit.kind.code,
        industry: unit.industry?.code,
        scale: unit.scale?.code,
        address: unit.address,
        legalPerson: unit.legalPerson,
        superiorName: unit.superiorName,
      }
    : { legalPerson: true, link: true };

  const save = async ({ link, ...values }: Values) => {
    const given = legalPerson ? { ...values, superiorName: null } : values;
    const done = unit
      ? await edit.submit({ input: { ...changedValues(before, given), id: unit.id, version: unit.version } })
      : await create.submit({ input: { ...filledValues(given), organizationId, link: link ?? true } });
    if (!done) return;
    message.success(t(unit ? 'units.edited' : 'units.created'));
    onClose();
  };

  return (
    <FormDrawer<Values>
      title={t(unit ? 'units.edit' : 'units.create')}
      form={form}
      fields={fields}
      initialValues={before}
      question={t(unit ? 'units.editQuestion' : 'units.createQuestion')}
      busy={busy}
      userErrors={userErrors}
      failure={failure}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
    >
      <Form.Item name="name" label={t('units.name')} rules={required(t('units.name'))}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="legalPerson" label={t('units.legalPerson')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="creditCode" label={t('units.creditCode')} rules={legalPerson ? required(t('units.creditCode')) : []}>
        <Input maxLength={24} />
      </Form.Item>
      {!legalPerson && (
        <Form.Item name="superiorName" label={t('units.superiorName')}>
          <Input maxLength={120} />
        </Form.Item>
      )}
      <Form.Item name="kind" label={t('units.kind')} rules={required(t('units.kind'))}>
        <CodeSelect table="unit_kind" allowClear={false} />
      </Form.Item>
      <Form.Item name="industry" label={t('units.industry')}>
        <CodeSelect table="industry_section" />
      </Form.Item>
      <Form.Item name="scale" label={t('units.scale')}>
        <CodeSelect table="unit_scale" />
      </Form.Item>
      <Form.Item name="address" label={t('units.address')}>
        <Input maxLength={500} />
      </Form.Item>
      {!unit && (
        <Form.Item name="link" label={t('units.linkNow')} valuePropName="checked">
          <Switch />
        </Form.Item>
      )}
    </FormDrawer>
  );
}
