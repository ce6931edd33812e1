import { Button, Modal, Table } from 'antd';
import { useTranslation } from 'react-i18next';

export interface Difference {
  field: string;
  label: string;
  mine: string;
  theirs: string;
}

interface Props {
  differences: Difference[];
  /** Save what I entered over the current record. */
  onKeepMine: () => void;
  /** Throw my entries away and look at the current record. */
  onTakeTheirs: () => void;
  onClose: () => void;
}

/** Somebody saved the record in the meantime: nothing is overwritten without having been seen. */
export function StaleDialog({ differences, onKeepMine, onTakeTheirs, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t('stale.title')}
      onCancel={onClose}
      width={640}
      footer={[
        <Button key="close" onClick={onClose}>
          {t('stale.backToForm')}
        </Button>,
        <Button key="theirs" onClick={onTakeTheirs}>
          {t('stale.takeTheirs')}
        </Button>,
        <Button key="mine" type="primary" onClick={onKeepMine}>
          {t('stale.keepMine')}
        </Button>,
      ]}
    >
      <p>{t('stale.explanation')}</p>
      <Table<Difference>
        size="small"
        pagination={false}
        rowKey="field"
        dataSource={differences}
        locale={{ emptyText: t('stale.noDifference') }}
        columns={[
          { title: t('stale.field'), dataIndex: 'label', width: 140, onCell: () => ({ scope: 'row' }) },
          { title: t('stale.theirs'), dataIndex: 'theirs' },
          { title: t('stale.mine'), dataIndex: 'mine' },
        ]}
      />
    </Modal>
  );
}
