import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import i18next from 'i18next';

import { NetworkFailure, type SessionProblem, SessionRefusal } from './failures';

export interface DemonstrationEntry {
  as: string;
  title: { zh: string; en: string };
  /** Absent when the server does not say. */
  organization?: string;
}

export interface PasswordPolicy {
  profile: 'asvs' | 'graded';
  minimum: number;
}

export interface SessionOffer {
  demonstration: boolean;
  entries: DemonstrationEntry[];
  signedIn: boolean;
  /** Signed in, but with an initial or expired password. */
  passwordChangeRequired: boolean;
  passwordPolicy: PasswordPolicy;
}

export interface KeyRequest {
  ceremony: string;
  options: PublicKeyCredentialRequestOptionsJSON;
}

export interface KeyCreation {
  ceremony: string;
  options: PublicKeyCredentialCreationOptionsJSON;
}

/** Signed in, or the key did not verify its user and the password is asked as well. */
export type KeyAnswer = { ok: true } | { ok: false; passwordRequired: true; ceremony: string };

export interface EnrolmentOffer {
  account: { name: string };
  organization: { name: string } | null;
  expiresAt: string;
  /** All former keys of the account end. */
  replaces: boolean;
}

interface RefusedAnswer {
  errors?: { message: string; extensions?: { code?: string; requestId?: string } }[];
  problems?: SessionProblem[];
}

async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch {
    throw new NetworkFailure();
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as Answer;
  const refused = body as RefusedAnswer | null;
  const error = refused?.errors?.[0];
  if (!error) throw new NetworkFailure(response.status);
  throw new SessionRefusal(error.message, response.status, error.extensions?.code, {
    requestId: error.extensions?.requestId,
    retryAfter: secondsOf(response.headers.get('retry-after')),
    problems: refused?.problems,
  });
}

const secondsOf = (header: string | null): number | undefined => {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
};

const post = <Answer>(path: string, body: object): Promise<Answer> =>
  ask<Answer>(`/session${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': i18next.language },
    body: JSON.stringify(body),
  });

export const sessionOffer = (): Promise<SessionOffer> => ask('/session');

export const enterDemonstration = (as: string): Promise<void> => post('/demonstration', { as });

export const endSession = (): Promise<void> => ask('/session', { method: 'DELETE' });

export const beginKey = (userName?: string): Promise<KeyRequest> => post('/key/begin', userName ? { userName } : {});

export const finishKey = (ceremony: string, credential: AuthenticationResponseJSON): Promise<KeyAnswer> =>
  post('/key/finish', { ceremony, credential });

export const finishKeyWithPassword = (ceremony: string, password: string): Promise<void> =>
  post('/key/password', { ceremony, password });

export const enterWithPassword = (userName: string, password: string): Promise<{ passwordChangeRequired: boolean }> =>
  post('/password', { userName, password });

export const changePassword = (passwords: { old: string; new: string }): Promise<void> => post('/password/change', passwords);

export const beginRaise = (): Promise<KeyRequest> => post('/raise/begin', {});

export const finishRaise = (ceremony: string, credential: AuthenticationResponseJSON): Promise<void> =>
  post('/raise/finish', { ceremony, credential });

export const lookAtEnrolment = (code: string): Promise<EnrolmentOffer> => post('/enrolment/look', { code });

export const beginEnrolment = (code: string): Promise<KeyCreation> => post('/enrolment/begin', { code });

export const finishEnrolment = (
  ceremony: string,
  credential: RegistrationResponseJSON,
  name: string,
): Promise<{ verifiesUser: boolean }> => post('/enrolment/finish', { ceremony, credential, name });

export const claim = (fields: {
  name: string;
  identityNumber: string;
  code: string;
  password: string;
}): Promise<{ userName: string }> => post('/claim', fields);
