import { useRef, useState } from 'react';

import { type FragmentType, readFragment } from '../../gql';
import { type RefusalFragment, RefusalFragmentDoc, type TypedDocumentString } from '../../gql/graphql';
import { NetworkFailure, NotConfirmed } from './failures';
import { gqlFetch } from './gqlFetch';
import { type Area, invalidate } from './queries';

export type UserError = RefusalFragment;

interface Payload {
  userErrors: readonly FragmentType<typeof RefusalFragmentDoc>[];
}

export interface Submission<Variables, Done> {
  /** Answers what the server made, or null when it refused or could not be reached. */
  submit: (variables: Variables) => Promise<Done | null>;
  busy: boolean;
  userErrors: UserError[];
  /** What came with a refusal: the record as it is now, after a stale write. */
  refused: Done | null;
  failure: unknown;
  reset: () => void;
}

/**
 * One form, one mutation. A submission that got no answer keeps its idempotency key: the same form
 * sent again is then carried out once, whatever happened to the first attempt.
 */
export function useSubmission<Result, Variables, Done extends Payload>(
  document: TypedDocumentString<Result, Variables>,
  payload: (result: Result) => Done,
  areas: Area[],
): Submission<Variables, Done> {
  const [busy, setBusy] = useState(false);
  const [userErrors, setUserErrors] = useState<UserError[]>([]);
  const [refused, setRefused] = useState<Done | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const unanswered = useRef<{ body: string; key: string } | null>(null);

  const reset = () => {
    setUserErrors([]);
    setRefused(null);
    setFailure(null);
  };

  const submit = async (variables: Variables): Promise<Done | null> => {
    const body = JSON.stringify(variables);
    const key = unanswered.current?.body === body ? unanswered.current.key : crypto.randomUUID();
    unanswered.current = { body, key };
    setBusy(true);
    reset();
    try {
      const done = payload(await gqlFetch(document, variables, { idempotencyKey: key }));
      unanswered.current = null;
      const refusals = done.userErrors.map((error) => readFragment(RefusalFragmentDoc, error));
      setUserErrors(refusals);
      if (refusals.length > 0) {
        setRefused(done);
        return null;
      }
      await invalidate(...areas);
      return done;
    } catch (error) {
      if (!(error instanceof NetworkFailure)) unanswered.current = null;
      // Whoever closes the dialog that asks for the key is back at the form, as it was.
      if (!(error instanceof NotConfirmed)) setFailure(error);
      return null;
    } finally {
      setBusy(false);
    }
  };

  return { submit, busy, userErrors, refused, failure, reset };
}
