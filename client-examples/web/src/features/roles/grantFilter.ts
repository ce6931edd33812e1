import type { GrantFilter, Role } from '../../gql/graphql';
import type { UrlState } from '../../shared/urlState';

export const views = ['running', 'pending', 'all'] as const;

/** The filter that the URL names: those that run, unless said otherwise. */
export function grantFilter(state: UrlState): GrantFilter {
  const role = state.role ? { role: state.role as Role } : {};
  if (state.running === 'pending') return { ...role, running: null, pending: true };
  return { ...role, running: state.running === 'all' ? null : true };
}
