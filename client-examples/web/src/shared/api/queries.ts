import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { TypedDocumentString } from '../../gql/graphql';
import { naming } from './documents';
import { NetworkFailure } from './failures';
import { gqlFetch } from './gqlFetch';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof NetworkFailure && count < 1,
    },
  },
});

/** Query keys start with the area, so that a mutation can invalidate the area. */
export type Area =
  | 'session'
  | 'organizations'
  | 'people'
  | 'roles'
  | 'journal'
  | 'jobs'
  | 'reference'
  | 'accounts'
  | 'policy';

interface Options<Result> {
  enabled?: boolean;
  /** Lists keep the previous page on the screen while the next one loads. */
  keepPrevious?: boolean;
  staleTime?: number;
  /** Asks again after so many milliseconds, as long as what came is not the end of it. */
  every?: (data: Result | undefined) => number | false;
}

export function useGql<Result, Variables>(
  area: Area,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { enabled = true, keepPrevious = false, staleTime, every }: Options<Result> = {},
): UseQueryResult<Result> {
  return useQuery({
    queryKey: [area, naming(document), variables],
    queryFn: ({ signal }) => gqlFetch(document, variables, { signal }),
    enabled,
    staleTime,
    placeholderData: keepPrevious ? keepPreviousData : undefined,
    refetchInterval: every && ((query) => every(query.state.data as Result | undefined)),
  });
}

export function invalidate(...areas: Area[]): Promise<void[]> {
  return Promise.all(areas.map((area) => queryClient.invalidateQueries({ queryKey: [area] })));
}
