import { Alert } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { MoveJobFragmentDoc, type UnfinishedJobsQuery, UnfinishedJobsDocument } from '../../gql/graphql';
import { invalidate, useGql } from '../../shared/api/queries';
import { formatInstant } from '../../shared/format';
import { lookAgain, type MoveJob } from './jobs';
import { MoveProgress } from './MoveProgress';

const jobsOf = (answer: UnfinishedJobsQuery | undefined): readonly MoveJob[] =>
  (answer?.jobs.nodes ?? []).map((job) => readFragment(MoveJobFragmentDoc, job));

/** Moves that wait or run here and below, for whoever may move there. */
export function RunningMoves({ id }: { id: string }) {
  const { t } = useTranslation('organizations');
  const answer = useGql('jobs', UnfinishedJobsDocument, { under: id }, { every: (data) => lookAgain(jobsOf(data)) });
  const jobs = jobsOf(answer.data);
  const known = useRef(0);

  // One that is gone from the list has ended: the tree looks different now.
  useEffect(() => {
    if (jobs.length < known.current) void invalidate('organizations', 'people', 'journal');
    known.current = jobs.length;
  }, [jobs.length]);

  if (jobs.length === 0) return null;
  return (
    <div className="bn-stack">
      {jobs.map((job) => (
        <Alert
          key={job.id}
          type="info"
          showIcon
          title={t('job.running', { name: job.organization?.name ?? '—' })}
          description={
            <>
              <MoveProgress job={job} />
              <small>{t('job.ordered', { by: job.orderedByName, at: formatInstant(job.createdAt) })}</small>
            </>
          }
        />
      ))}
    </div>
  );
}
