import { UsbOutlined } from '@ant-design/icons';
import { Button, type ButtonProps, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useCountdown } from '../useCountdown';
import { patienceMs } from './ceremony';
import type { Ceremony } from './useCeremony';

interface Props extends ButtonProps {
  ceremony: Pick<Ceremony<unknown>, 'waiting' | 'cancel'>;
  onStart: () => void;
}

/** What is on the screen while the browser waits for the key. */
export function KeyWait({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  const [until] = useState(() => Date.now() + patienceMs);
  const left = useCountdown(until);
  return (
    <div className="bn-key-wait" role="status">
      <Spin />
      <span>
        {t('key.touch')} <span aria-hidden="true">{t('key.left', { count: left })}</span>
      </span>
      <Button onClick={onCancel}>{t('action.cancel')}</Button>
    </div>
  );
}

/** The button that starts a ceremony, and its waiting state in the same place. */
export function KeyButton({ ceremony, onStart, children, ...rest }: Props) {
  if (ceremony.waiting) return <KeyWait onCancel={ceremony.cancel} />;
  return (
    <Button type="primary" icon={<UsbOutlined aria-hidden />} onClick={onStart} {...rest}>
      {children}
    </Button>
  );
}
