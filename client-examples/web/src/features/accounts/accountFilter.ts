import type { AccountFilter, AccountKind, AccountState } from '../../gql/graphql';
import type { UrlState } from '../../shared/urlState';

export const kinds: AccountKind[] = ['PERSON', 'ADMINISTRATOR', 'MACHINE'];

/** The filter that the URL names. */
export function accountFilter(state: UrlState): AccountFilter {
  return {
    ...(state.states ? { states: state.states.split(',') as AccountState[] } : {}),
    ...(state.kind ? { kind: state.kind as AccountKind } : {}),
    ...(state.flagged ? { flagged: true } : {}),
  };
}
