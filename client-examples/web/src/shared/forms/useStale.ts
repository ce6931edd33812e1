import { useState } from 'react';

/** The record as it is now, which came with the refusal of a stale write, until the comparison is closed. */
export function useStale<Row>(arrived: Row | null | undefined) {
  const [closed, setClosed] = useState<Row | null>(null);
  const current = arrived && arrived !== closed ? arrived : null;
  return { current, close: () => setClosed(arrived ?? null) };
}
