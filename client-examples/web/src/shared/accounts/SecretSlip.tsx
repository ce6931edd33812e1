import { useTranslation } from 'react-i18next';

import { Facts } from '../ui/Facts';
import { Slip } from './Slip';

export interface Secret {
  name: string;
  userName?: string | null;
  initialSecret?: string | null;
}

/** Login name and one-time password of a member's account (A08, A12). */
export function SecretSlip({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  return (
    <Slip title={t('slip.secretTitle', { name: secret.name })} onClose={onClose}>
      <Facts
        facts={[
          { label: t('slip.address'), value: window.location.origin, wide: true },
          { label: t('field.userName'), value: <code className="bn-code">{secret.userName}</code>, wide: true },
          { label: t('slip.secret'), value: <code className="bn-code">{secret.initialSecret}</code>, wide: true },
        ]}
      />
      <p className="bn-slip-note">{t('slip.secretNote')}</p>
    </Slip>
  );
}
