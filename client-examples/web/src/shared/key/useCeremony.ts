import { useCallback, useEffect, useRef, useState } from 'react';

import { KeyFailure } from './ceremony';

export interface Ceremony<Done> {
  waiting: boolean;
  /** KeyFailure, or what the server said; null after a cancel of our own. */
  failure: unknown;
  start: () => Promise<Done | null>;
  cancel: () => void;
}

/** From the button to the server's answer; one at a time, and none that outlives the page. */
export function useCeremony<Done>(run: (signal: AbortSignal) => Promise<Done>): Ceremony<Done> {
  const [waiting, setWaiting] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  const latest = useRef(run);
  latest.current = run;

  const cancel = useCallback(() => running.current?.abort(), []);
  useEffect(() => cancel, [cancel]);

  const start = useCallback(async () => {
    if (running.current) return null;
    const controller = new AbortController();
    running.current = controller;
    setWaiting(true);
    setFailure(null);
    try {
      return await latest.current(controller.signal);
    } catch (error) {
      setFailure(error instanceof Error ? error : new KeyFailure());
      return null;
    } finally {
      running.current = null;
      setWaiting(false);
    }
  }, []);

  return { waiting, failure, start, cancel };
}
