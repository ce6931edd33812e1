import { PrinterOutlined } from '@ant-design/icons';
import { Alert, Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A secret that is shown once, and the paper to hand it over on. It is kept nowhere. */
export function Slip({ title, onClose, children }: Props) {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  return (
    <Modal
      open
      title={title}
      width={600}
      className="bn-slip"
      mask={{ closable: false }}
      closable={false}
      keyboard={false}
      onCancel={onClose}
      footer={[
        <Button key="print" icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
          {common('action.print')}
        </Button>,
        <Button key="close" type="primary" onClick={onClose}>
          {t('slip.taken')}
        </Button>,
      ]}
    >
      <Alert className="bn-gap bn-slip-once" type="warning" showIcon title={t('slip.once')} />
      {children}
    </Modal>
  );
}
