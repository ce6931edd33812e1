import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { invalidate, queryClient } from '../api/queries';
import { onStaleness, staleAsOf } from '../api/staleness';
import { formatMoment } from '../format';

/** Asked anew while the answers are old, so that the page notices by itself when they are fresh again. */
const lookEveryMs = 10_000;

/** While the server can only read from a copy of the data: up to when that is true. */
export function StaleBanner() {
  const { t } = useTranslation();
  const asOf = useSyncExternalStore(onStaleness, staleAsOf);
  const stale = asOf !== null;
  const wasStale = useRef(false);
  useEffect(() => {
    if (!stale) {
      // What was drawn from old answers is asked for once more.
      if (wasStale.current) void queryClient.invalidateQueries();
      wasStale.current = false;
      return undefined;
    }
    wasStale.current = true;
    const timer = setInterval(() => void invalidate('session'), lookEveryMs);
    return () => clearInterval(timer);
  }, [stale]);
  if (asOf === null) return null;
  return (
    <p className="bn-stale" role="status">
      {t('asOf.banner', { at: formatMoment(asOf) })}
    </p>
  );
}
