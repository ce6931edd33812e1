import { lazy, Suspense, useSyncExternalStore } from 'react';

import { onRequest, shownRequest } from './desk';

const StepUpDialog = lazy(() => import('./StepUpDialog'));

/** The one place where dangerous mutations are confirmed; there whatever page is open. */
export function StepUpHost() {
  const request = useSyncExternalStore(onRequest, shownRequest);
  return request && <Suspense>{<StepUpDialog request={request} />}</Suspense>;
}
