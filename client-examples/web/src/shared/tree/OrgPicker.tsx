import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { OrgTreeNodeFragmentDoc, OrgTreePathDocument } from '../../gql/graphql';
import { nodeOf } from '../api/nodeOf';
import { useGql } from '../api/queries';
import { OrgTree } from './OrgTree';

interface Props {
  id?: string;
  rootId: string;
  value?: string;
  onChange?: (id: string) => void;
  title: string;
}

/** A form field that holds an organization, chosen in the tree. */
export function OrgPicker({ id, rootId, value, onChange, title }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [candidate, setCandidate] = useState<string | undefined>(value);
  const chosen = useGql('organizations', OrgTreePathDocument, { id: value ?? '' }, { enabled: Boolean(value) });
  const node = nodeOf(chosen.data?.node, 'Organization');
  const name = node ? readFragment(OrgTreeNodeFragmentDoc, node).name : undefined;
  return (
    <>
      <Button
        id={id}
        className="bn-org-picker"
        onClick={() => {
          setCandidate(value);
          setOpen(true);
        }}
      >
        {value ? (name ?? '…') : t('form.chooseOrganization')}
      </Button>
      <Modal
        open={open}
        title={title}
        okText={t('action.choose')}
        cancelText={t('action.cancel')}
        okButtonProps={{ disabled: !candidate }}
        onCancel={() => setOpen(false)}
        onOk={() => {
          if (candidate) onChange?.(candidate);
          setOpen(false);
        }}
        destroyOnHidden
      >
        <div className="bn-org-picker-tree">
          <OrgTree rootId={rootId} selectedId={candidate ?? rootId} onSelect={setCandidate} label={title} />
        </div>
      </Modal>
    </>
  );
}
