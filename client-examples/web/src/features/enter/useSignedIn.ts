import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';

import { queryClient } from '../../shared/api/queries';
import { backTo } from '../../shared/backTo';
import { useUrlState } from '../../shared/urlState';

/** After signing in: nothing of whoever was here before, and back to the page that was left. */
export function useSignedIn(): () => void {
  const router = useRouter();
  const [{ back }] = useUrlState();
  return useCallback(() => {
    queryClient.clear();
    router.history.replace(backTo(back));
  }, [router, back]);
}
