import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type UrlState = Record<string, string | undefined>;

/** Query strings stay readable: every value is a plain string. */
export function parseSearch(text: string): UrlState {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(state: Record<string, unknown>): string {
  const pairs = Object.entries(state).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/** Filters, selection and cursor live in the URL, so that a list can be sent to a colleague. */
export function useUrlState(): [UrlState, (change: UrlState, options?: { replace?: boolean }) => void] {
  const state = useSearch({ strict: false }) as UrlState;
  const navigate = useNavigate();
  const change = useCallback(
    (patch: UrlState, { replace = false } = {}) => {
      void navigate({
        to: '.',
        search: ((before: UrlState) => ({ ...before, ...patch })) as never,
        replace,
      });
    },
    [navigate],
  );
  return [state, change];
}
