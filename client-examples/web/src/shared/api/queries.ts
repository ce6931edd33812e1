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
export type Area = 'session' | 'organizations' | 'people' | 'roles' | 'journal' | 'reference' | 'accounts' | 'policy';

interface Options {
  enabled?: boolean;
  /** Lists keep the previous page on the screen while the next one loads. */
  keepPrevious?: boolean;
  staleTime?: number;
}

export function useGql<Result, Variables>(
  area: Area,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { enabled = true, keepPrevious = false, staleTime }: Options = {},
): UseQueryResult<Result> {
  return useQuery({
    queryKey: [area, naming(document), variables],
    queryFn: ({ signal }) => gqlFetch(document, variables, { signal }),
    enabled,
    staleTime,
    placeholderData: keepPrevious ? keepPreviousData : undefined,
  });
}

export function invalidate(...areas: Area[]): Promise<void[]> {
  return Promise.all(areas.map((area) => queryClient.invalidateQueries({ queryKey: [area] })));
}
