import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';

import { FailureView } from '../ui/FailureView';
import { useCountdown } from '../useCountdown';
import type { SessionRequest } from './useRequest';

/** What stands above the form: the refusal, or the seconds until the next try. */
export function RequestFailure({ request }: { request: SessionRequest }) {
  const { t } = useTranslation('session');
  const left = useCountdown(request.blockedUntil);
  if (left > 0) {
    return <Alert className="bn-failure" type="warning" showIcon title={t('blocked', { count: left })} />;
  }
  // Problems stand at their fields.
  if (request.problems.length > 0 || (request.blockedUntil !== null && left === 0 && isThrottled(request.failure))) return null;
  return <FailureView failure={request.failure} />;
}

const isThrottled = (failure: unknown): boolean => failure instanceof Error && 'status' in failure && failure.status === 429;
