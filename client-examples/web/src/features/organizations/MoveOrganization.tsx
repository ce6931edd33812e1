import { App, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { MoveOrganizationDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { filledValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { DateInput } from '../../shared/ui/DateInput';
import { useSigned } from '../../shared/viewer';
import { MoveUnderWay } from './MoveUnderWay';
import type { Organization } from './organization';

interface Values {
  newSuperiorId: string;
  on: string;
  document?: string | null;
}

const fields = ['newSuperiorId', 'on', 'document'] as const;

/** Another superior; everything below comes along. What may not be a superior the server says. */
export function MoveOrganization({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const { server, root } = useSigned();
  const [form] = Form.useForm<Values>();
  const { submit, ...submission } = useSubmission(MoveOrganizationDocument, (result) => result.organizationMove, [
    'organizations',
    'people',
    'journal',
    'jobs',
  ]);
  const [job, setJob] = useState<string | null>(null);
  const required = (label: string) => [{ required: true, message: common('form.required', { field: label }) }];

  const save = async (values: Values) => {
    const done = await submit({ input: { ...filledValues(values), id: organization.id, version: organization.version } });
    if (!done) return;
    // More goes along than a request can do: what was ordered is followed instead.
    if (done.job) {
      setJob(done.job.id);
      return;
    }
    message.success(t('move.done'));
    onClose();
  };

  if (job !== null) return <MoveUnderWay id={job} name={organization.name} onClose={onClose} />;
  return (
    <FormDrawer<Values>
      title={t('move.title', { name: organization.name })}
      form={form}
      fields={fields}
      initialValues={{ on: server.today }}
      question={t('move.question', { count: organization.counts.members })}
      submitLabel={t('action.move')}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
      {...submission}
    >
      <p className="bn-muted">{t('move.explanation', { superior: organization.superior?.name })}</p>
      <Form.Item name="newSuperiorId" label={t('move.superior')} rules={required(t('move.superior'))}>
        <OrgPicker rootId={root?.id ?? ''} title={t('move.superior')} />
      </Form.Item>
      <Form.Item name="on" label={t('move.on')} rules={required(t('move.on'))}>
        <DateInput max={server.today} />
      </Form.Item>
      <Form.Item name="document" label={t('move.document')}>
        <Input maxLength={100} />
      </Form.Item>
    </FormDrawer>
  );
}
