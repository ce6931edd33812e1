import { useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';

import { invalidate } from '../../shared/api/queries';
import { sessionOffer } from '../../shared/api/session';
import { PasswordForm } from '../../shared/session/PasswordForm';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Panel } from '../../shared/ui/Page';

/** The password, changed by whoever knows the old one (A10). All other sessions end. */
export function OwnPassword() {
  const { t } = useTranslation('own');
  const { t: session } = useTranslation('session');
  const { message } = App.useApp();
  const offer = useQuery({ queryKey: ['session', 'offer'], queryFn: sessionOffer, staleTime: 0 });
  const done = () => {
    message.success(session('password.done'));
    void invalidate('accounts');
  };
  return (
    <Panel>
      <FailureView failure={offer.error} retry={() => void offer.refetch()} />
      <p className="bn-gap bn-muted">{t('password.explanation')}</p>
      {offer.isPending && <Loading />}
      {offer.data && <PasswordForm policy={offer.data.passwordPolicy} onDone={done} />}
    </Panel>
  );
}
