import type { TypedDocumentString } from '../../gql/graphql';

/** How the server is told which document is meant: by its id on the server's list, and as text while developing. */
export function naming<Result, Variables>(document: TypedDocumentString<Result, Variables>): { documentId: string } | { query: string } {
  const id: unknown = document.__meta__?.hash;
  return typeof id === 'string' ? { documentId: id } : { query: document.toString() };
}
