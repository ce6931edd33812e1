import { type Challenge, type GraphqlFailure, NotConfirmed } from '../api/failures';
import type { Confirmation, Desk } from '../api/stepUp';

/** What the dialog shows. */
export type Request =
  | { phase: 'ask'; challenge: Challenge; answer: (confirmation: Confirmation) => void; refuse: () => void }
  | { phase: 'sent'; challenge: Challenge }
  | { phase: 'refused'; failure: GraphqlFailure; again: () => void; refuse: () => void };

let shown: Request | null = null;
const listeners = new Set<() => void>();
function show(request: Request | null): void {
  shown = request;
  for (const listener of listeners) listener();
}

export const shownRequest = (): Request | null => shown;

export function onRequest(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const desk: Desk = {
  confirm: (challenge) =>
    new Promise<Confirmation>((resolve, reject) => {
      // The dialog covers the page, so that nothing else can be asked meanwhile.
      if (shown?.phase === 'ask') {
        reject(new NotConfirmed());
        return;
      }
      show({
        phase: 'ask',
        challenge,
        answer: (confirmation) => {
          show({ phase: 'sent', challenge });
          resolve(confirmation);
        },
        refuse: () => reject(new NotConfirmed()),
      });
    }),
  explain: (failure) =>
    new Promise((resolve, reject) => {
      show({ phase: 'refused', failure, again: () => resolve(), refuse: () => reject(new NotConfirmed()) });
    }),
  close: () => show(null),
};
