import { useEffect, useRef, useState } from 'react';

import type { MaskedField } from '../../gql/graphql';

/** How long an opened value stays on the screen. */
export const shownMs = 60_000;

export type Unmasked = Partial<Record<MaskedField, string | null>>;

/** Opened values live here alone, in the page, and go by themselves; no cache ever holds them. */
export function useUnmasked(): { values: Unmasked; until: number | null; show: (values: Unmasked) => void; hide: () => void } {
  const [values, setValues] = useState<Unmasked>({});
  const [until, setUntil] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hide = () => {
    clearTimeout(timer.current);
    setValues({});
    setUntil(null);
  };
  const show = (opened: Unmasked) => {
    clearTimeout(timer.current);
    setValues((before) => ({ ...before, ...opened }));
    setUntil(Date.now() + shownMs);
    timer.current = setTimeout(hide, shownMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return { values, until, show, hide };
}
