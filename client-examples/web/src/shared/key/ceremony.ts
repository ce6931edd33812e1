import {
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';

/** Longest wait for a touch; a key that was pulled out may leave the browser's call pending for ever. */
export const patienceMs = 60_000;

/** The key gave nothing: cancelled, not this key, not in time. A browser does not tell them apart, neither do we. */
export class KeyFailure extends Error {
  constructor(readonly kind: 'failed' | 'cancelled' | 'known' = 'failed') {
    super(kind);
    this.name = 'KeyFailure';
  }
}

/** One call of the browser, with an end of our own. */
export async function withPatience<Credential>(start: () => Promise<Credential>, signal: AbortSignal, ms = patienceMs): Promise<Credential> {
  if (signal.aborted) throw new KeyFailure('cancelled');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cancelled: (() => void) | undefined;
  const end = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new KeyFailure()), ms);
    cancelled = () => refuse(new KeyFailure('cancelled'));
    signal.addEventListener('abort', cancelled);
  });
  try {
    return await Promise.race([start(), end]);
  } catch (error) {
    WebAuthnAbortService.cancelCeremony();
    if (error instanceof KeyFailure) throw error;
    throw new KeyFailure(error instanceof Error && error.name === 'InvalidStateError' ? 'known' : 'failed');
  } finally {
    clearTimeout(timer);
    if (cancelled) signal.removeEventListener('abort', cancelled);
  }
}

export const askKey = (optionsJSON: PublicKeyCredentialRequestOptionsJSON, signal: AbortSignal): Promise<AuthenticationResponseJSON> =>
  withPatience(() => startAuthentication({ optionsJSON }), signal);

export const enrolKey = (optionsJSON: PublicKeyCredentialCreationOptionsJSON, signal: AbortSignal): Promise<RegistrationResponseJSON> =>
  withPatience(() => startRegistration({ optionsJSON }), signal);
