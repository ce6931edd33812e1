import { type Challenge, GraphqlFailure } from './failures';

/** Goes into the extensions of the same request. */
export interface Confirmation {
  id: string;
  credential?: unknown;
}

/** Whoever can ask the person at the screen: the dialog, or a test. */
export interface Desk {
  /** Resolves with what the person signed; rejects with NotConfirmed. */
  confirm: (challenge: Challenge) => Promise<Confirmation>;
  /** The confirmation was refused; resolves when the person wants to start again. */
  explain: (failure: GraphqlFailure) => Promise<void>;
  /** The request has its answer, whatever it says. */
  close: () => void;
}

/**
 * Sends a request; when the server wants it confirmed, asks the desk and sends the same request
 * again with the confirmation. What was refused starts from the beginning, with a new challenge.
 */
export async function withStepUp<Answer>(send: (confirmation?: Confirmation) => Promise<Answer>, desk: Desk): Promise<Answer> {
  let confirmation: Confirmation | undefined;
  let asked = false;
  try {
    for (;;) {
      try {
        return await send(confirmation);
      } catch (error) {
        if (!(error instanceof GraphqlFailure)) throw error;
        if (error.code === 'STEP_UP_REQUIRED' && error.stepUp) {
          asked = true;
          confirmation = await desk.confirm(error.stepUp);
        } else if (error.code === 'STEP_UP_FAILED' && confirmation) {
          confirmation = undefined;
          await desk.explain(error);
        } else {
          throw error;
        }
      }
    }
  } finally {
    if (asked) desk.close();
  }
}
