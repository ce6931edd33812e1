import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { type KeyRowFragment, RemoveKeyDocument, RenameKeyDocument } from '../../gql/graphql';
import { useSubmission } from '../api/useSubmission';
import { FormDrawer } from '../forms/FormDrawer';
import { ReasonDrawer } from '../forms/ReasonDrawer';
import { formatInstant } from '../format';
import { StatusTag } from '../ui/StatusTag';

interface Props {
  keys: readonly KeyRowFragment[];
  mayRename: boolean;
  mayRemove: boolean;
}

const fields = ['name'] as const;

function RenameKey({ row, onClose }: { row: KeyRowFragment; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ name: string }>();
  const { submit, ...submission } = useSubmission(RenameKeyDocument, (result) => result.keyRename, ['accounts', 'session']);
  const save = async (name: string) => {
    if (!(await submit({ input: { id: row.id, version: row.version, name } }))) return;
    message.success(t('key.renamed'));
    onClose();
  };
  return (
    <FormDrawer<{ name: string }>
      title={t('key.rename')}
      form={form}
      fields={fields}
      initialValues={{ name: row.name }}
      question={t('key.renameQuestion')}
      onSubmit={({ name }) => void save(name.trim())}
      onClose={onClose}
      {...submission}
    >
      <Form.Item
        name="name"
        label={t('key.name')}
        rules={[{ required: true, whitespace: true, message: common('form.required', { field: t('key.name') }) }]}
      >
        <Input maxLength={50} />
      </Form.Item>
    </FormDrawer>
  );
}

function RemoveKey({ row, onClose }: { row: KeyRowFragment; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const { message } = App.useApp();
  const { submit, ...submission } = useSubmission(RemoveKeyDocument, (result) => result.keyRemove, ['accounts', 'session', 'journal']);
  const save = async (reason: string) => {
    if (!(await submit({ input: { id: row.id, version: row.version, reason } }))) return;
    message.success(t('key.removed'));
    onClose();
  };
  return (
    <ReasonDrawer
      title={t('key.removeTitle', { name: row.name })}
      explanation={t('key.removeExplanation')}
      question={t('key.removeQuestion', { name: row.name })}
      submitLabel={t('key.remove')}
      danger
      onSubmit={(reason) => void save(reason)}
      onClose={onClose}
      {...submission}
    />
  );
}

/** The security keys of one account. */
export function KeyList({ keys, mayRename, mayRemove }: Props) {
  const { t } = useTranslation('accounts');
  const [open, setOpen] = useState<{ row: KeyRowFragment; act: 'rename' | 'remove' } | null>(null);
  const close = () => setOpen(null);
  if (keys.length === 0) return <p className="bn-muted">{t('key.none')}</p>;
  return (
    <>
      <ul className="bn-records" aria-label={t('key.title')}>
        {keys.map((row) => (
          <li key={row.id}>
            <div>
              <span className="bn-card-head">
                <strong>{row.name}</strong>
                {!row.verifiesUser && <StatusTag tone="warn">{t('key.noVerification')}</StatusTag>}
                {row.backedUp && <StatusTag tone="info">{t('key.backedUp')}</StatusTag>}
              </span>
              <small>
                {[
                  row.model,
                  t('key.enrolledAt', { at: formatInstant(row.enrolledAt) }),
                  row.lastUsedAt ? t('key.lastUsedAt', { at: formatInstant(row.lastUsedAt) }) : t('key.unused'),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </div>
            <span className="bn-record-actions">
              {mayRename && (
                <Button type="link" className="bn-inline" onClick={() => setOpen({ row, act: 'rename' })}>
                  {t('key.rename')}
                </Button>
              )}
              {mayRemove && (
                <Button type="link" danger className="bn-inline" onClick={() => setOpen({ row, act: 'remove' })}>
                  {t('key.remove')}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {open?.act === 'rename' && <RenameKey row={open.row} onClose={close} />}
      {open?.act === 'remove' && <RemoveKey row={open.row} onClose={close} />}
    </>
  );
}
