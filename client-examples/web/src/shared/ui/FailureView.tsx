import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { GraphqlFailure, NetworkFailure, SessionRefusal } from '../api/failures';
import { KeyFailure } from '../key/ceremony';

interface Props {
  failure: unknown;
  retry?: () => void;
}

/** Errors stay on the page, with the number by which the server's log can be searched. */
export function FailureView({ failure, retry }: Props) {
  const { t } = useTranslation();
  // Whoever cancels knows.
  if (!failure || (failure instanceof KeyFailure && failure.kind === 'cancelled')) return null;
  const told = failure instanceof GraphqlFailure || failure instanceof SessionRefusal ? failure.message : undefined;
  const requestId =
    failure instanceof GraphqlFailure ? failure.requestId : failure instanceof SessionRefusal ? failure.details.requestId : undefined;
  const own = () => {
    if (failure instanceof KeyFailure) return t(failure.kind === 'known' ? 'key.known' : 'key.failed');
    return failure instanceof NetworkFailure ? t('failure.network') : t('failure.unexpected');
  };
  return (
    <Alert
      className="bn-failure"
      type="error"
      showIcon
      title={told ?? own()}
      description={requestId && t('failure.requestId', { id: requestId })}
      action={retry && <Button onClick={retry}>{t('action.retry')}</Button>}
    />
  );
}
