import { Button, Drawer } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { JobDocument } from '../../gql/graphql';
import { invalidate, useGql } from '../../shared/api/queries';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { usePhone } from '../../shared/usePhone';
import { hasEnded, jobOf, lookAgain } from './jobs';
import { MoveProgress } from './MoveProgress';

interface Props {
  id: string;
  /** What is being moved. */
  name: string;
  onClose: () => void;
}

/** A large move, followed to its end; whoever closes it stops nothing. */
export function MoveUnderWay({ id, name, onClose }: Props) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const phone = usePhone();
  const answer = useGql(
    'jobs',
    JobDocument,
    { id },
    {
      every: (data) => {
        const job = jobOf(data);
        return job ? lookAgain([job]) : 1_000;
      },
    },
  );
  const job = jobOf(answer.data);
  const ended = job !== null && hasEnded(job);

  // The tree on the screen is the old one until then.
  useEffect(() => {
    if (ended) void invalidate('organizations', 'people', 'journal', 'jobs');
  }, [ended]);

  return (
    <Drawer
      open
      title={t('job.title', { name })}
      size={phone ? '100%' : 560}
      onClose={onClose}
      footer={
        <div className="bn-drawer-foot">
          <Button onClick={onClose}>{common('action.close')}</Button>
        </div>
      }
    >
      <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      {answer.isPending && <Loading />}
      {job && <MoveProgress job={job} />}
      {job && !ended && <p className="bn-muted">{t('job.goesOn')}</p>}
    </Drawer>
  );
}
