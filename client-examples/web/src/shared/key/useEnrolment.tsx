import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { beginEnrolment, finishEnrolment } from '../api/session';
import { enrolKey, KeyFailure } from './ceremony';
import { type Ceremony, useCeremony } from './useCeremony';

type Done = Awaited<ReturnType<typeof finishEnrolment>>;

export interface Enrolment extends Ceremony<Done> {
  /** Whether the key is asked to verify nobody and to keep nothing; null where such a key would not do, or none has failed. */
  plain: boolean | null;
  setPlain: (plain: boolean) => void;
}

/** The account is asked for by name and the password stands beside the key, so nothing has to be kept on it. */
const keepingNothing = (options: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptionsJSON => ({
  ...options,
  authenticatorSelection: { ...options.authenticatorSelection, residentKey: 'discouraged', requireResidentKey: false, userVerification: 'discouraged' },
});

/**
 * From a code to an enrolled key. Browsers refuse a key that could keep an account and verifies nobody as long as they
 * are asked to keep one, and do not say why: after a failure the holder may say that it is such a key.
 */
export function useEnrolment(code: string, name: () => string): Enrolment {
  const [plain, setPlain] = useState<boolean | null>(null);
  const ceremony = useCeremony(async (signal) => {
    const { ceremony: id, options } = await beginEnrolment(code);
    try {
      const credential = await enrolKey(plain ? keepingNothing(options) : options, signal);
      return await finishEnrolment(id, credential, name().trim());
    } catch (error) {
      const wouldDo = options.authenticatorSelection?.residentKey === 'preferred';
      if (wouldDo && error instanceof KeyFailure && error.kind === 'failed') setPlain((known) => known ?? false);
      throw error;
    }
  });
  return { ...ceremony, plain, setPlain };
}

/** What the browser cannot tell of the key that failed. */
export function PlainKey({ enrolment: { plain, setPlain, waiting } }: { enrolment: Enrolment }) {
  const { t } = useTranslation();
  if (plain === null) return null;
  return (
    <Checkbox className="bn-gap" checked={plain} disabled={waiting} onChange={({ target }) => setPlain(target.checked)}>
      {t('key.plain')}
    </Checkbox>
  );
}
