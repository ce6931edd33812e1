import { useSyncExternalStore } from 'react';

const narrow = window.matchMedia('(max-width: 767px)');

const subscribe = (changed: () => void) => {
  narrow.addEventListener('change', changed);
  return () => narrow.removeEventListener('change', changed);
};

/** Phones have a layout of their own. */
export const usePhone = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
