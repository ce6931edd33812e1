import i18next from 'i18next';

import type { TypedDocumentString } from '../../gql/graphql';
import { desk } from '../stepUp/desk';
import { announceDeparture } from './departures';
import { naming } from './documents';
import { type Challenge, GraphqlFailure, isUnauthenticated, needsNewPassword, NetworkFailure } from './failures';
import { noteStaleness } from './staleness';
import { type Confirmation, withStepUp } from './stepUp';

export const endpoint = '/graphql';

interface Options {
  /** Set for mutations: a repeat with the same key gets the first answer again. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

interface Answer<Result> {
  data?: Result | null;
  errors?: { message: string; extensions?: { code?: string; requestId?: string; stepUp?: Challenge | null } }[];
  extensions?: { stale?: { asOf: string } };
}

/** Asks the server; a mutation that has to be confirmed with the key is, in the one dialog for it. */
export async function gqlFetch<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  options: Options = {},
): Promise<Result> {
  try {
    return await withStepUp((confirmation) => send(document, variables, options, confirmation), desk);
  } catch (error) {
    if (isUnauthenticated(error)) announceDeparture('signedOut');
    if (needsNewPassword(error)) announceDeparture('newPassword');
    throw error;
  }
}

async function send<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { idempotencyKey, signal }: Options,
  confirmation: Confirmation | undefined,
): Promise<Result> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    'accept-language': i18next.language,
  };
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;

  let response: Response;
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        ...naming(document),
        variables,
        ...(confirmation ? { extensions: { stepUp: confirmation } } : {}),
      }),
      credentials: 'same-origin',
      signal,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new NetworkFailure();
  }

  const answer = (await response.json().catch(() => null)) as Answer<Result> | null;
  noteStaleness(answer);
  const error = answer?.errors?.[0];
  if (error) {
    const { code, requestId, stepUp } = error.extensions ?? {};
    throw new GraphqlFailure(error.message, code, requestId, stepUp);
  }
  if (!answer?.data) {
    // A proxy or an overloaded server answers without GraphQL: as good as no answer.
    throw new NetworkFailure(response.status);
  }
  return answer.data;
}
