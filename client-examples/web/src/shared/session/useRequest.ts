import { useState } from 'react';

import { type SessionProblem, SessionRefusal } from '../api/failures';

/** One form of the sign-in pages and what its server's answer says. */
export interface SessionRequest {
  busy: boolean;
  failure: unknown;
  problems: SessionProblem[];
  /** An instant of the browser's clock before which the server would refuse again. */
  blockedUntil: number | null;
  run: <Done>(ask: () => Promise<Done>) => Promise<Done | null>;
  /** What it said is no longer of interest. */
  forget: () => void;
}

export function useRequest(): SessionRequest {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [blockedUntil, setBlockedUntil] = useState<number | null>(null);
  const problems = failure instanceof SessionRefusal ? (failure.details.problems ?? []) : [];
  const run = async <Done>(ask: () => Promise<Done>): Promise<Done | null> => {
    setBusy(true);
    setFailure(null);
    try {
      return await ask();
    } catch (error) {
      setFailure(error);
      if (error instanceof SessionRefusal && error.details.retryAfter) {
        setBlockedUntil(Date.now() + error.details.retryAfter * 1000);
      }
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, problems, blockedUntil, run, forget: () => setFailure(null) };
}
