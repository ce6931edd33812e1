/** The server answered, with an error that is about the whole request. */
export class GraphqlFailure extends Error {
  constructor(
    message: string,
    readonly code: string = 'INTERNAL',
    readonly requestId?: string,
    /** What a dangerous mutation would do, when it waits for the security key. */
    readonly stepUp?: Challenge | null,
  ) {
    super(message);
    this.name = 'GraphqlFailure';
  }
}

/** What is to be confirmed, in the words of the server, and what the key is to sign. */
export interface Challenge {
  id: string;
  summary: string;
  details: { name: string; value: string }[];
  expiresAt: string;
  /** In the demonstration a click is enough. */
  byClick: boolean;
  options: unknown;
}

/** A refusal of one of the ways to sign in, which are not GraphQL. */
export class SessionRefusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string = 'INTERNAL',
    readonly details: { requestId?: string; retryAfter?: number; problems?: SessionProblem[] } = {},
  ) {
    super(message);
    this.name = 'SessionRefusal';
  }
}

/** What is wrong with one field of a form that is not GraphQL. */
export interface SessionProblem {
  code: string;
  field: string;
  message: string;
}

/** No answer, or none that says whether the request was carried out. */
export class NetworkFailure extends Error {
  constructor(readonly status?: number) {
    super('network');
    this.name = 'NetworkFailure';
  }
}

/** The dialog that asks for the key was closed: nothing was done, the form stays as it is. */
export class NotConfirmed extends Error {
  constructor() {
    super('not confirmed');
    this.name = 'NotConfirmed';
  }
}

const hasCode = (error: unknown, ...codes: string[]): boolean => error instanceof GraphqlFailure && codes.includes(error.code);

export const isUnauthenticated = (error: unknown): boolean => hasCode(error, 'UNAUTHENTICATED');

export const isNotFound = (error: unknown): boolean => hasCode(error, 'NOT_FOUND', 'BAD_ID');

export const needsNewPassword = (error: unknown): boolean => hasCode(error, 'PASSWORD_CHANGE_REQUIRED');
