import { App, Button, Popconfirm, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  AttachmentLinkDocument,
  type AttachmentRowFragment,
  AttachmentRowFragmentDoc,
  AttachmentsDocument,
  RemoveAttachmentDocument,
} from '../../gql/graphql';
import { gqlFetch } from '../api/gqlFetch';
import { type Area, useGql } from '../api/queries';
import { useSubmission } from '../api/useSubmission';
import { Refusals } from '../forms/Refusals';
import { formatBytes, formatInstant } from '../format';
import { FailureView } from '../ui/FailureView';
import { Panel } from '../ui/Page';
import { usePhone } from '../usePhone';
import { AttachmentForm } from './AttachmentForm';
import type { OwnerKind } from './KindSelect';

interface Props {
  ownerId: string;
  owner: OwnerKind;
  area: Area;
  /** Whether the viewer may add and remove. */
  may: boolean;
}

/** The files of an organization or a person. Each download asks for an address of its own. */
export function AttachmentList({ ownerId, owner, area, may }: Props) {
  const { t } = useTranslation('attachments');
  const { message } = App.useApp();
  const phone = usePhone();
  const [open, setOpen] = useState<{ attachment: AttachmentRowFragment | null } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const answer = useGql(area, AttachmentsDocument, { id: ownerId });
  const removal = useSubmission(RemoveAttachmentDocument, (result) => result.attachmentRemove, [area, 'journal']);
  const node = answer.data?.node;
  const rows = (node && 'attachments' in node ? node.attachments : []).map((row) =>
    readFragment(AttachmentRowFragmentDoc, row),
  );

  const keep = async ({ id }: AttachmentRowFragment) => {
    setFailure(null);
    try {
      const found = (await gqlFetch(AttachmentLinkDocument, { id })).node;
      if (found?.__typename === 'Attachment') window.location.assign(found.link);
    } catch (error) {
      setFailure(error);
    }
  };
  const remove = async ({ id, version }: AttachmentRowFragment) => {
    if (await removal.submit({ input: { id, version } })) message.success(t('removed'));
  };
  const name = (row: AttachmentRowFragment) => (
    <Button type="link" className="bn-inline" aria-label={t('download', { name: row.name })} onClick={() => void keep(row)}>
      {row.name}
    </Button>
  );
  const actions = (row: AttachmentRowFragment) => (
    <Space size={12}>
      <Button type="link" className="bn-inline" onClick={() => setOpen({ attachment: row })}>
        {t('edit')}
      </Button>
      <Popconfirm title={t('removeQuestion', { name: row.name })} onConfirm={() => void remove(row)}>
        <Button type="link" danger className="bn-inline">
          {t('remove')}
        </Button>
      </Popconfirm>
    </Space>
  );

  return (
    <Panel flush>
      <Refusals errors={removal.userErrors} />
      <FailureView failure={failure ?? removal.failure ?? answer.error} />
      {may && (
        <div className="bn-list-bar">
          <Button type="primary" onClick={() => setOpen({ attachment: null })}>
            {t('add')}
          </Button>
        </div>
      )}
      <Table<AttachmentRowFragment>
        size="small"
        aria-label={t('title')}
        rowKey="id"
        loading={answer.isPending}
        pagination={false}
        dataSource={rows}
        locale={{ emptyText: t('none') }}
        columns={[
          { title: t('name'), render: (_, row) => name(row) },
          { title: t('kind'), dataIndex: ['kind', 'name'], width: 130 },
          ...(phone
            ? []
            : [
                { title: t('datedOn'), width: 110, render: (_: unknown, row: AttachmentRowFragment) => row.datedOn ?? '—' },
                {
                  title: t('size'),
                  width: 90,
                  align: 'right' as const,
                  render: (_: unknown, row: AttachmentRowFragment) => formatBytes(row.bytes),
                },
                { title: t('addedBy'), dataIndex: 'addedBy', width: 140, ellipsis: true },
                {
                  title: t('addedAt'),
                  width: 160,
                  render: (_: unknown, row: AttachmentRowFragment) => formatInstant(row.createdAt),
                },
              ]),
          ...(may ? [{ title: t('actions'), width: 110, render: (_: unknown, row: AttachmentRowFragment) => actions(row) }] : []),
        ]}
      />
      {open && (
        <AttachmentForm
          ownerId={ownerId}
          owner={owner}
          area={area}
          attachment={open.attachment}
          onClose={() => setOpen(null)}
        />
      )}
    </Panel>
  );
}
