import { readFragment } from '../../gql';
import { type JobQuery, type MoveJobFragment, MoveJobFragmentDoc } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';

export type MoveJob = MoveJobFragment;

/** Null when the id is that of something else, or nothing came yet. */
export function jobOf(answer: JobQuery | undefined): MoveJob | null {
  const node = nodeOf(answer?.node, 'Job');
  return node ? readFragment(MoveJobFragmentDoc, node) : null;
}

export const hasEnded = (job: MoveJob): boolean => job.state === 'DONE' || job.state === 'FAILED';

/** How long until a job is looked at again; false when there is nothing more to see. */
export function lookAgain(jobs: readonly MoveJob[]): number | false {
  return jobs.some((job) => !hasEnded(job)) && 1_000;
}
