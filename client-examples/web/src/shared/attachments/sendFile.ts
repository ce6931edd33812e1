import i18next from 'i18next';

import { GraphqlFailure, NetworkFailure } from '../api/failures';
import type { UserError } from '../api/useSubmission';

interface Answer {
  upload?: { id: string } | null;
  userErrors?: Omit<UserError, 'rule'>[];
  errors?: { message: string; extensions?: { code?: string; requestId?: string } }[];
}

export interface Sent {
  uploadId: string | null;
  userErrors: UserError[];
}

/** Sends the bytes of a file; a mutation then attaches it within an hour. `field` is where refusals are shown. */
export async function sendFile(file: File, field: string): Promise<Sent> {
  let response: Response;
  try {
    response = await fetch(`/files?name=${encodeURIComponent(file.name)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'accept-language': i18next.language },
      body: file,
      credentials: 'same-origin',
    });
  } catch {
    throw new NetworkFailure();
  }
  const answer = (await response.json().catch(() => null)) as Answer | null;
  const error = answer?.errors?.[0];
  if (error) throw new GraphqlFailure(error.message, error.extensions?.code, error.extensions?.requestId);
  if (!answer?.userErrors) throw new NetworkFailure(response.status);
  return {
    uploadId: answer.upload?.id ?? null,
    userErrors: answer.userErrors.map((refusal) => ({ ...refusal, rule: null, path: ['input', field] }) as UserError),
  };
}
