import type { UrlState } from './urlState';

export const pageSizes = [20, 50, 100, 200];
export const usualPageSize = 20;

export interface PageArguments {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
}

export function pageSizeOf(state: UrlState): number {
  const size = Number(state.size);
  return pageSizes.includes(size) ? size : usualPageSize;
}

/** Arguments of a connection for the page that the URL names. */
export function pageArguments(state: UrlState): PageArguments {
  const size = pageSizeOf(state);
  if (state.before) return { last: size, before: state.before };
  return state.after ? { first: size, after: state.after } : { first: size };
}

export const firstPage: UrlState = { after: undefined, before: undefined };
