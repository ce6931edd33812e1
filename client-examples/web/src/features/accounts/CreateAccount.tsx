import { Form, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CreateAccountDocument, PeopleWithoutAccountDocument } from '../../gql/graphql';
import { type Secret, SecretSlip } from '../../shared/accounts/SecretSlip';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { useDelayed } from '../../shared/useDelayed';
import { useSigned } from '../../shared/viewer';
import { InviteAccount } from './InviteAccount';

interface Values {
  kind: 'PERSON' | 'ADMINISTRATOR';
  personId?: string;
  organizationId: string;
  name?: string;
  userName?: string;
}

const fields = ['personId', 'organizationId', 'name', 'userName'] as const;

type Made = { secret: Secret } | { invite: { id: string; version: number; name: string } };

interface Props {
  under: string;
  onClose: () => void;
}

/** A member's account with a one-time secret, or an administrator's that is then invited to enrol a key. */
export function CreateAccount({ under, onClose }: Props) {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const { root, can } = useSigned();
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form) ?? 'PERSON';
  const [made, setMade] = useState<Made | null>(null);
  const [text, setText] = useState('');
  const search = useDelayed(text.trim());
  const people = useGql(
    'people',
    PeopleWithoutAccountDocument,
    { under, name: search },
    { enabled: search !== '' && can('READ_PEOPLE'), keepPrevious: true },
  );
  const found = (people.data?.people.nodes ?? []).filter(({ account }) => account === null || account === undefined);
  const { submit, ...submission } = useSubmission(CreateAccountDocument, (result) => result.accountCreate, [
    'accounts',
    'people',
    'roles',
    'journal',
  ]);
  const required = (field: string) => [{ required: true, message: common('form.required', { field: t(`field.${field}`) }) }];

  const save = async (values: Values) => {
    const person = found.find(({ id }) => id === values.personId);
    const userName = values.userName?.trim() || null;
    const done = await submit({
      input:
        values.kind === 'PERSON'
          ? { organizationId: person?.organization?.id ?? under, personId: values.personId ?? null, userName }
          : { organizationId: values.organizationId, name: values.name?.trim() ?? null, userName },
    });
    if (!done?.account) return;
    const { account } = done;
    if (values.kind === 'PERSON') setMade({ secret: { name: account.name, userName: done.userName, initialSecret: done.initialSecret } });
    else setMade({ invite: account });
  };

  if (made && 'secret' in made) return <SecretSlip secret={made.secret} onClose={onClose} />;
  if (made) return <InviteAccount account={made.invite} replaces={false} onClose={onClose} />;
  return (
    <FormDrawer<Values>
      title={t('create.title')}
      form={form}
      fields={fields}
      initialValues={{ kind: 'PERSON', organizationId: under }}
      question={t('create.question')}
      submitLabel={t('create.open')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <Form.Item name="kind" label={t('field.kind')}>
        <Segmented options={(['PERSON', 'ADMINISTRATOR'] as const).map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      <p className="bn-muted">{t(kind === 'PERSON' ? 'create.forPerson' : 'create.forAdministrator')}</p>
      {kind === 'PERSON' ? (
        <Form.Item name="personId" label={t('field.person')} rules={required('person')} extra={t('create.personHint')}>
          <Select
            showSearch={{ filterOption: false, onSearch: setText }}
            placeholder={t('create.search')}
            loading={people.isFetching}
            notFoundContent={search === '' ? t('create.search') : undefined}
            options={found.map(({ id, name, organization }) => ({
              value: id,
              label: organization ? common('withNote', { name, note: organization.name }) : name,
            }))}
          />
        </Form.Item>
      ) : (
        <>
          <Form.Item name="name" label={t('field.name')} rules={required('name')}>
            <Input maxLength={50} />
          </Form.Item>
          <Form.Item name="organizationId" label={t('field.organization')} rules={required('organization')}>
            <OrgPicker rootId={root?.id ?? under} title={t('field.organization')} />
          </Form.Item>
        </>
      )}
      <Form.Item name="userName" label={t('field.userName')} extra={t('create.userNameHint')}>
        <Input maxLength={50} autoComplete="off" />
      </Form.Item>
    </FormDrawer>
  );
}
