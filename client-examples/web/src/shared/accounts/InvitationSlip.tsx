import { QRCode } from 'antd';
import { useTranslation } from 'react-i18next';

import { formatInstant } from '../format';
import { enrolmentLink, groupedCode } from '../oneTimeCode';
import { Facts } from '../ui/Facts';
import { Slip } from './Slip';

export interface IssuedInvitation {
  name: string;
  code: string;
  expiresAt: string;
}

/** Link and code to enrol a security key, on screen or on paper. */
export function InvitationSlip({ invitation, onClose }: { invitation: IssuedInvitation; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const link = enrolmentLink(invitation.code);
  return (
    <Slip title={t('slip.invitationTitle', { name: invitation.name })} onClose={onClose}>
      <div className="bn-slip-columns">
        <Facts
          facts={[
            { label: t('slip.link'), value: <code className="bn-code">{link}</code>, wide: true },
            { label: t('slip.code'), value: <code className="bn-code">{groupedCode(invitation.code)}</code>, wide: true },
            { label: t('slip.until'), value: formatInstant(invitation.expiresAt), wide: true },
          ]}
        />
        <QRCode type="svg" value={link} size={132} bordered={false} role="img" aria-label={t('slip.qr')} />
      </div>
      <p className="bn-slip-note">{t('slip.invitationNote')}</p>
    </Slip>
  );
}
