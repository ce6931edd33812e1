import i18next from 'i18next';

import type { TypedDocumentString } from '../../gql/graphql';
import { GraphqlFailure, NetworkFailure } from './failures';

export const endpoint = '/graphql';

interface Options {
  /** Set for mutations: a repeat with the same key gets the first answer again. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

interface Answer<Result> {
  data?: Result | null;
  errors?: { message: string; extensions?: { code?: string; requestId?: string } }[];
}

export async function gqlFetch<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { idempotencyKey, signal }: Options = {},
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
      body: JSON.stringify({ query: document.toString(), variables }),
      credentials: 'same-origin',
      signal,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new NetworkFailure();
  }

  const answer = (await response.json().catch(() => null)) as Answer<Result> | null;
  const error = answer?.errors?.[0];
  if (error) {
    throw new GraphqlFailure(error.message, error.extensions?.code, error.extensions?.requestId);
  }
  if (!answer?.data) {
    // A proxy or an overloaded server answers without GraphQL: as good as no answer.
    throw new NetworkFailure(response.status);
  }
  return answer.data;
}
