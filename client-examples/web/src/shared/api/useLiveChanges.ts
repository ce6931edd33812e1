import { createClient } from 'graphql-sse';
import { useEffect } from 'react';

import { ChangesDocument, type ChangesSubscription, type SubjectKind } from '../../gql/graphql';
import { naming } from './documents';
import { type Area, invalidate } from './queries';

const client = createClient({ url: '/graphql/stream', credentials: 'same-origin', retryAttempts: 20 });

/** What lists may look different after a change of such a subject. */
const areasOf: Record<SubjectKind, Area[]> = {
  ORGANIZATION: ['organizations', 'people', 'journal'],
  PERSON: ['people', 'organizations', 'journal'],
  PARTY_GROUP: ['organizations', 'people', 'journal'],
  UNIT: ['organizations', 'journal'],
  LEADERSHIP_TERM: ['organizations', 'journal'],
  LEADERSHIP_POST: ['organizations', 'people', 'roles', 'accounts', 'journal', 'session'],
  GRANT: ['roles', 'accounts', 'journal', 'session'],
  ACCOUNT: ['accounts', 'roles', 'journal'],
};

/** An import changes thousands of records in a moment; the lists are asked for once. */
const quietMs = 800;

/** Keeps what is on the screen true while others work below the same organization. */
export function useLiveChanges(under: string | undefined): void {
  useEffect(() => {
    if (!under) return undefined;
    const waiting = new Set<Area>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const areas = [...waiting];
      waiting.clear();
      void invalidate(...areas);
    };
    const stop = client.subscribe<ChangesSubscription>(
      // The type of the request knows texts only; what is sent is the whole of it.
      { query: '', ...naming(ChangesDocument), variables: { under } },
      {
        next: ({ data }) => {
          if (!data) return;
          for (const area of areasOf[data.changes.subjectKind] ?? []) waiting.add(area);
          timer ??= setTimeout(flush, quietMs);
        },
        // Live updates are a convenience: without them the lists refresh when they are opened.
        error: () => undefined,
        complete: () => undefined,
      },
    );
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [under]);
}
