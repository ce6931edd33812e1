/** The server answered, with an error that is about the whole request. */
export class GraphqlFailure extends Error {
  constructor(
    message: string,
    readonly code: string = 'INTERNAL',
    readonly requestId?: string,
  ) {
    super(message);
    this.name = 'GraphqlFailure';
  }
}

/** No answer, or none that says whether the request was carried out. */
export class NetworkFailure extends Error {
  constructor(readonly status?: number) {
    super('network');
    this.name = 'NetworkFailure';
  }
}

export const isUnauthenticated = (error: unknown): boolean =>
  error instanceof GraphqlFailure && error.code === 'UNAUTHENTICATED';

export const isNotFound = (error: unknown): boolean =>
  error instanceof GraphqlFailure && (error.code === 'NOT_FOUND' || error.code === 'BAD_ID');
