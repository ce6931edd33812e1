import { App, Form, Input, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  AddLeadershipPostDocument,
  EditLeadershipPostDocument,
  type LeadershipPostRowFragment,
  PeopleForPostsDocument,
} from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { changedValues, filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { CodeSelect } from '../../shared/pickers/CodeSelect';
import { DateInput } from '../../shared/ui/DateInput';
import { carriesRole, touched } from './posts';

interface Values {
  personId?: string;
  post: string;
  administers?: boolean;
  from?: string | null;
  duty?: string | null;
}

const fields = ['personId', 'post', 'administers', 'from', 'duty'] as const;

interface Props {
  organizationId: string;
  /** The one that is corrected; a new one without. */
  post: LeadershipPostRowFragment | null;
  /** Whether the visitor may give the roles that go with posts. */
  givesRoles: boolean;
  onClose: () => void;
}

/** Someone of the subtree for a post. Who it is cannot be exchanged afterwards. */
export function LeadershipPostForm({ organizationId, post, givesRoles, onClose }: Props) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [search, setSearch] = useState('');
  const people = useGql(
    'people',
    PeopleForPostsDocument,
    { under: organizationId, name: search.trim() || null },
    { keepPrevious: true },
  );
  const add = useSubmission(AddLeadershipPostDocument, (result) => result.leadershipPostAdd, touched);
  const edit = useSubmission(EditLeadershipPostDocument, (result) => result.leadershipPostEdit, touched);
  const { busy, userErrors, failure } = post ? edit : add;
  const required = (label: string) => [{ required: true, message: common('form.required', { field: label }) }];
  const before: Partial<Values> = post
    ? { post: post.post.code, administers: post.administers, from: post.from, duty: post.duty }
    : { administers: false };

  const save = async (values: Values) => {
    const done = post
      ? await edit.submit({ input: { ...changedValues(before, values), id: post.id, version: post.version } })
      : await add.submit({ input: { ...filledValues(values), personId: values.personId ?? '', organizationId } });
    if (!done) return;
    message.success(t('leadership.saved'));
    onClose();
  };

  return (
    <FormDrawer<Values>
      title={post ? t('leadership.editTitle', { name: post.name }) : t('leadership.add')}
      form={form}
      fields={fields}
      initialValues={before}
      question={t('leadership.question')}
      busy={busy}
      userErrors={userErrors}
      failure={failure}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
    >
      {!post && (
        <Form.Item name="personId" label={t('leadership.person')} rules={required(t('leadership.person'))}>
          <Select
            showSearch={{ filterOption: false, onSearch: setSearch }}
            placeholder={t('leadership.search')}
            loading={people.isFetching}
            options={people.data?.people.nodes.map(({ id, name, organization }) => ({
              value: id,
              label: organization ? common('withNote', { name, note: organization.shortName ?? organization.name }) : name,
            }))}
          />
        </Form.Item>
      )}
      <Form.Item name="post" label={t('leadership.post')} rules={required(t('leadership.post'))} extra={givesRoles ? undefined : t('leadership.withoutRoles')}>
        <CodeSelect table="party_post" allowClear={false} offer={(code) => code !== '9' && (givesRoles || Boolean(post) || !carriesRole(code, false))} />
      </Form.Item>
      {givesRoles && (
        <Form.Item name="administers" label={t('leadership.administers')} valuePropName="checked" extra={t('leadership.administersHint')}>
          <Switch />
        </Form.Item>
      )}
      <Form.Item name="from" label={t('leadership.from')} extra={post ? undefined : t('leadership.fromHint')}>
        <DateInput />
      </Form.Item>
      <Form.Item name="duty" label={t('leadership.duty')}>
        <Input maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}
