import { useEffect, useState } from 'react';

export const secondsLeft = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1000));

/** Whole seconds to an instant of the browser's clock, 0 when it is over or there is none. */
export function useCountdown(until: number | null): number {
  const [left, setLeft] = useState(() => (until === null ? 0 : secondsLeft(until, Date.now())));
  useEffect(() => {
    if (until === null) {
      setLeft(0);
      return undefined;
    }
    const tick = () => {
      const now = secondsLeft(until, Date.now());
      setLeft(now);
      if (now === 0) clearInterval(timer);
    };
    const timer = setInterval(tick, 250);
    tick();
    return () => clearInterval(timer);
  }, [until]);
  return left;
}
