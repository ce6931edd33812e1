import { queryClient } from '../api/queries';
import { beginRaise, finishRaise } from '../api/session';
import { askKey } from '../key/ceremony';
import { useCeremony } from '../key/useCeremony';

export interface Raise {
  waiting: boolean;
  failure: unknown;
  start: () => Promise<boolean>;
  cancel: () => void;
}

/** A session that was opened with a password gets the rights that wait for the key (A17). */
export function useRaise(): Raise {
  const ceremony = useCeremony(async (signal) => {
    const { ceremony: id, options } = await beginRaise();
    await finishRaise(id, await askKey(options, signal));
    return true;
  });
  const start = async () => {
    if (!(await ceremony.start())) return false;
    // The token is another one, and there is more to be seen.
    await queryClient.resetQueries();
    return true;
  };
  return { ...ceremony, start };
}
