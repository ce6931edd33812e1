import { Link } from '@tanstack/react-router';
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { type AccountRowFragment, OwnGrantFragmentDoc, type OwnAccountQuery, RenameAccountDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { formatInstant } from '../../shared/format';
import { numberOf } from '../../shared/person/PersonFacts';
import { Facts } from '../../shared/ui/Facts';
import { Panel } from '../../shared/ui/Page';

const fields = ['userName'] as const;

function RenameAccount({ account, onClose }: { account: AccountRowFragment; onClose: () => void }) {
  const { t } = useTranslation('own');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ userName: string }>();
  const { submit, ...submission } = useSubmission(RenameAccountDocument, (result) => result.accountRename, ['accounts']);
  const save = async (userName: string) => {
    if (!(await submit({ input: { version: account.version, userName } }))) return;
    message.success(t('rename.done'));
    onClose();
  };
  return (
    <FormDrawer<{ userName: string }>
      title={t('rename.title')}
      form={form}
      fields={fields}
      initialValues={{ userName: account.userName ?? '' }}
      question={t('rename.question')}
      onSubmit={({ userName }) => void save(userName.trim())}
      onClose={onClose}
      {...submission}
    >
      <Form.Item
        name="userName"
        label={t('profile.userName')}
        extra={t('rename.hint')}
        rules={[{ required: true, whitespace: true, message: common('form.required', { field: t('profile.userName') }) }]}
      >
        <Input maxLength={50} />
      </Form.Item>
    </FormDrawer>
  );
}

interface Props {
  account: AccountRowFragment;
  viewer: NonNullable<OwnAccountQuery['viewer']>;
}

/** Personal data of one's own record, the login name (A11), and one's rights. */
export function OwnProfile({ account, viewer }: Props) {
  const { t } = useTranslation('own');
  const { t: common } = useTranslation();
  const { t: field } = useTranslation('people');
  const [renaming, setRenaming] = useState(false);
  const { person } = viewer;
  const grants = viewer.grants.map((grant) => readFragment(OwnGrantFragmentDoc, grant));
  return (
    <div className="bn-stack">
      <Panel
        title={t('profile.account')}
        extra={account.userName && <Button onClick={() => setRenaming(true)}>{t('rename.open')}</Button>}
      >
        <Facts
          facts={[
            { label: t('profile.name'), value: account.name },
            { label: t('profile.userName'), value: account.userName },
            { label: t('profile.organization'), value: account.organization?.name },
            { label: t('profile.lastSignedInAt'), value: account.lastSignedInAt && formatInstant(account.lastSignedInAt) },
          ]}
        />
      </Panel>
      {person && (
        <Panel title={t('profile.record')} extra={<Link to="/me">{t('profile.toRecord')}</Link>}>
          <Facts
            facts={[
              { label: field('field.name'), value: person.name },
              { label: field('field.organization'), value: person.organization?.name },
              { label: field('field.identityNumber'), value: numberOf(person, field) },
              { label: field('field.phone'), value: person.phone?.text },
              { label: field('field.email'), value: person.email?.text },
              { label: field('field.address'), value: person.address?.text },
            ]}
          />
        </Panel>
      )}
      <Panel title={t('profile.grants')}>
        {grants.length === 0 && <p className="bn-muted">{t('profile.noGrants')}</p>}
        <ul className="bn-records">
          {grants.map((grant) => (
            <li key={grant.id}>
              <div>
                <strong>{common(`role.${grant.role}`)}</strong>
                <small>
                  {[
                    grant.organization?.name,
                    grant.until ? t('profile.until', { at: formatInstant(grant.until) }) : t('profile.open'),
                    grant.onBehalfOf && t('profile.onBehalfOf', { name: grant.onBehalfOf }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
      {renaming && <RenameAccount account={account} onClose={() => setRenaming(false)} />}
    </div>
  );
}
