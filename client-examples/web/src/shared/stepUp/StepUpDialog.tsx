import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { Alert, Button, Modal, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Challenge } from '../api/failures';
import { askKey } from '../key/ceremony';
import { KeyButton } from '../key/KeyButton';
import { useCeremony } from '../key/useCeremony';
import { Facts } from '../ui/Facts';
import { FailureView } from '../ui/FailureView';
import { useCountdown } from '../useCountdown';
import type { Request } from './desk';

/** A little less than the server waits. Counted here: the clock of a workstation may be minutes off. */
export const confirmableMs = 115_000;

/** What the mutation would do, in the words of the server; then the key. */
export default function StepUpDialog({ request }: { request: Request }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t(request.phase === 'refused' ? 'stepUp.refused' : 'stepUp.title')}
      // Above the drawer with the form.
      zIndex={1200}
      mask={{ closable: false }}
      closable={false}
      keyboard={request.phase !== 'sent'}
      onCancel={() => request.phase !== 'sent' && request.refuse()}
      footer={null}
      width={520}
      className="bn-step-up"
    >
      {request.phase === 'ask' && <Asked key={request.challenge.id} request={request} />}
      {request.phase === 'sent' && (
        <>
          <What challenge={request.challenge} />
          <div className="bn-key-wait" role="status">
            <Spin /> <span>{t('stepUp.sent')}</span>
          </div>
        </>
      )}
      {request.phase === 'refused' && (
        <>
          <FailureView failure={request.failure} />
          <p>{t('stepUp.refusedHint')}</p>
          <div className="bn-drawer-foot">
            <Button onClick={request.refuse}>{t('action.cancel')}</Button>
            <Button type="primary" autoFocus onClick={request.again}>
              {t('stepUp.again')}
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}

function What({ challenge }: { challenge: Challenge }) {
  return (
    <div className="bn-step-up-what">
      <p>
        <strong>{challenge.summary}</strong>
      </p>
      <Facts facts={challenge.details.map(({ name, value }) => ({ label: name, value, wide: true }))} />
    </div>
  );
}

function Asked({ request }: { request: Extract<Request, { phase: 'ask' }> }) {
  const { t } = useTranslation();
  const { challenge, answer, refuse } = request;
  const [until] = useState(() => Date.now() + confirmableMs);
  const left = useCountdown(until);
  const ceremony = useCeremony((signal) => askKey(challenge.options as PublicKeyCredentialRequestOptionsJSON, signal));
  const sign = async () => {
    const credential = await ceremony.start();
    if (credential) answer({ id: challenge.id, credential });
  };
  if (left === 0) {
    return (
      <>
        <What challenge={challenge} />
        <Alert className="bn-gap" type="warning" showIcon title={t('stepUp.late')} />
        <div className="bn-drawer-foot">
          <Button type="primary" autoFocus onClick={refuse}>
            {t('stepUp.back')}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <What challenge={challenge} />
      <p className="bn-muted">{t(challenge.byClick ? 'stepUp.byClick' : 'stepUp.byKey')}</p>
      <FailureView failure={ceremony.failure} />
      {ceremony.waiting ? (
        <KeyButton ceremony={ceremony} onStart={() => undefined} />
      ) : (
        <div className="bn-drawer-foot">
          <Button onClick={refuse}>{t('action.cancel')}</Button>
          {challenge.byClick ? (
            <Button type="primary" autoFocus onClick={() => answer({ id: challenge.id })}>
              {t('stepUp.confirm')}
            </Button>
          ) : (
            <KeyButton ceremony={ceremony} autoFocus onStart={() => void sign()}>
              {t('stepUp.useKey')}
            </KeyButton>
          )}
        </div>
      )}
    </>
  );
}
