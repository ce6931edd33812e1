import { App, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { AddAttachmentDocument, type AttachmentRowFragment, EditAttachmentDocument } from '../../gql/graphql';
import type { Area } from '../api/queries';
import { useSubmission } from '../api/useSubmission';
import { changedValues } from '../forms/changed';
import { FormDrawer } from '../forms/FormDrawer';
import { DateInput } from '../ui/DateInput';
import { useSigned } from '../viewer';
import { FileField } from './FileField';
import { KindSelect, type OwnerKind } from './KindSelect';
import { useSendFile } from './useSendFile';

interface Props {
  ownerId: string;
  owner: OwnerKind;
  area: Area;
  /** The one that is corrected; a new one without. */
  attachment: AttachmentRowFragment | null;
  onClose: () => void;
}

interface Values {
  file?: File | null;
  name?: string;
  kind: string;
  datedOn?: string | null;
}

const fields = ['file', 'uploadId', 'name', 'kind', 'datedOn'] as const;

export function AttachmentForm({ ownerId, owner, area, attachment, onClose }: Props) {
  const { t } = useTranslation('attachments');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const { server } = useSigned();
  const [form] = Form.useForm<Values>();
  const { send, sending, fileErrors, fileFailure } = useSendFile('file');
  const add = useSubmission(AddAttachmentDocument, (result) => result.attachmentAdd, [area, 'journal']);
  const edit = useSubmission(EditAttachmentDocument, (result) => result.attachmentEdit, [area, 'journal']);
  const submission = attachment ? edit : add;
  const required = (label: string) => [{ required: true, message: common('form.required', { field: label }) }];
  const before = { name: attachment?.name, kind: attachment?.kind.code, datedOn: attachment?.datedOn };

  const save = async ({ file, ...values }: Values) => {
    if (attachment) {
      const done = await edit.submit({
        input: { ...changedValues(before, values), id: attachment.id, version: attachment.version },
      });
      if (!done) return;
    } else {
      const uploadId = file && (await send(file));
      if (!uploadId) return;
      const { kind, datedOn } = values;
      if (!(await add.submit({ input: { ownerId, uploadId, kind, datedOn: datedOn || null } }))) return;
    }
    message.success(t(attachment ? 'edited' : 'added'));
    onClose();
  };

  return (
    <FormDrawer<Values>
      title={t(attachment ? 'edit' : 'add')}
      form={form}
      fields={fields}
      initialValues={before}
      question={t(attachment ? 'editQuestion' : 'addQuestion')}
      width={480}
      busy={sending || submission.busy}
      userErrors={submission.userErrors.length > 0 ? submission.userErrors : fileErrors}
      failure={submission.failure ?? fileFailure}
      onSubmit={(values) => void save(values)}
      onClose={onClose}
    >
      {attachment ? (
        <Form.Item name="name" label={t('name')} rules={required(t('name'))}>
          <Input maxLength={120} />
        </Form.Item>
      ) : (
        <Form.Item name="file" label={t('file')} rules={required(t('file'))} extra={t('accepted')}>
          <FileField />
        </Form.Item>
      )}
      <Form.Item name="kind" label={t('kind')} rules={required(t('kind'))}>
        <KindSelect owner={owner} />
      </Form.Item>
      <Form.Item name="datedOn" label={t('datedOn')}>
        <DateInput max={server.today} />
      </Form.Item>
    </FormDrawer>
  );
}
