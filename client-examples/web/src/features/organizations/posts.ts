import type { Area } from '../../shared/api/queries';

/** What may look different after a change of the leadership: a role goes with the post. */
export const touched: Area[] = ['organizations', 'people', 'roles', 'accounts', 'journal', 'session'];

/** Whether a post brings a role, so that only those who may give it name someone for it. */
export const carriesRole = (post: string | undefined, administers: boolean | undefined): boolean =>
  /^[1-4]/.test(post ?? '') || administers === true;
