import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { GraphqlFailure, NetworkFailure } from '../api/failures';

interface Props {
  failure: unknown;
  retry?: () => void;
}

/** Errors stay on the page, with the number by which the server's log can be searched. */
export function FailureView({ failure, retry }: Props) {
  const { t } = useTranslation();
  if (!failure) return null;
  const graphql = failure instanceof GraphqlFailure ? failure : undefined;
  const message = graphql?.message ?? (failure instanceof NetworkFailure ? t('failure.network') : t('failure.unexpected'));
  return (
    <Alert
      className="bn-failure"
      type="error"
      showIcon
      title={message}
      description={graphql?.requestId && t('failure.requestId', { id: graphql.requestId })}
      action={retry && <Button onClick={retry}>{t('action.retry')}</Button>}
    />
  );
}
