import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { RefusalFragmentDoc } from '../../gql/graphql';
import { formatNumber, formatShare } from '../../shared/format';
import { Refusal } from '../../shared/forms/Refusals';
import { hasEnded, type MoveJob } from './jobs';

/** How far a large move is, in figures; at its end the result, or the reason why nothing of it was done. */
export function MoveProgress({ job }: { job: MoveJob }) {
  const { t } = useTranslation('organizations');
  const { done, total } = job.progress;
  const refusal = job.error && readFragment(RefusalFragmentDoc, job.error);
  const label = t(`job.state.${job.state}`);
  return (
    <div className="bn-job" data-state={job.state}>
      {job.state === 'DONE' && <Alert type="success" showIcon title={t('move.done')} />}
      {refusal && <Alert type="error" showIcon title={<Refusal error={refusal} />} description={t('job.nothing')} />}
      {!hasEnded(job) && (
        <>
          <progress aria-label={label} max={Math.max(total, 1)} value={done} />
          <p role="status">
            {label} · {t('job.figures', { done: formatNumber(done), total: formatNumber(total) })} ·{' '}
            {formatShare(done, total)}
          </p>
        </>
      )}
    </div>
  );
}
