import { Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { type MaskedField, UnmaskDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import type { Person } from './person';
import type { Unmasked } from './unmasked';

interface Values {
  fields: MaskedField[];
  purpose: string;
}

const formFields = ['fields', 'purpose'] as const;

interface Props {
  person: Person;
  onShow: (values: Unmasked, left: number | null) => void;
  onClose: () => void;
}

/** Which hidden values, and what for: both are logged, and the person can read it. */
export function UnmaskForm({ person, onShow, onClose }: Props) {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  const [form] = Form.useForm<Values>();
  const { submit, ...submission } = useSubmission(UnmaskDocument, (result) => result.personUnmask, ['journal']);
  const [offered] = useState<MaskedField[]>(() => [
    ...(person.noIdentityNumberReason ? [] : (['IDENTITY_NUMBER'] as const)),
    ...(person.phone ? (['PHONE'] as const) : []),
    ...(person.email ? (['EMAIL'] as const) : []),
    ...(person.address ? (['ADDRESS'] as const) : []),
  ]);
  const save = async ({ fields, purpose }: Values) => {
    const done = await submit({ input: { id: person.id, fields, purpose: purpose.trim() } });
    if (!done) return;
    onShow(Object.fromEntries(done.values.map(({ field, value }) => [field, value ?? null])), done.left ?? null);
    onClose();
  };
  return (
    <FormDrawer<Values>
      title={t('unmask.title', { name: person.name })}
      form={form}
      fields={formFields}
      initialValues={{ fields: offered.slice(0, 1) }}
      question={t('unmask.question')}
      submitLabel={t('unmask.open')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <p className="bn-muted">{t('unmask.explanation')}</p>
      <Form.Item name="fields" label={t('unmask.fields')} rules={[{ type: 'array', min: 1, message: common('form.required', { field: t('unmask.fields') }) }]}>
        <Checkbox.Group options={offered.map((field) => ({ value: field, label: t(`unmask.field.${field}`) }))} />
      </Form.Item>
      <Form.Item
        name="purpose"
        label={t('unmask.purpose')}
        rules={[{ required: true, whitespace: true, message: common('form.required', { field: t('unmask.purpose') }) }]}
      >
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}
