import { useEffect, useRef, useState } from 'react';

import type { UserError } from '../api/useSubmission';
import { isStale } from './userErrors';

/** When a submission was refused as stale: the record as it is now, to be compared with the form. */
export function useStale<Row>(errors: UserError[], load: () => Promise<Row | null>) {
  const [current, setCurrent] = useState<Row | null>(null);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let wanted = true;
    setCurrent(null);
    if (isStale(errors)) {
      void latest
        .current()
        .then((row) => wanted && setCurrent(row))
        // The refusal itself stays on the form.
        .catch(() => undefined);
    }
    return () => {
      wanted = false;
    };
  }, [errors]);
  return { current, close: () => setCurrent(null) };
}
