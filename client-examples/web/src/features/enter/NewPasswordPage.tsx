import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, Spin } from 'antd';
import { useTranslation } from 'react-i18next';

import { queryClient } from '../../shared/api/queries';
import { endSession, sessionOffer } from '../../shared/api/session';
import { PasswordForm } from '../../shared/session/PasswordForm';
import { FailureView } from '../../shared/ui/FailureView';
import { EnterFrame } from './EnterFrame';
import { useSignedIn } from './useSignedIn';

/** With an initial or expired password nothing else is open but this and signing out (A09). */
export function NewPasswordPage() {
  const { t } = useTranslation('enter');
  const { t: session } = useTranslation('session');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const signedIn = useSignedIn();
  const offer = useQuery({ queryKey: ['session', 'offer'], queryFn: sessionOffer, staleTime: 0 });

  const leave = async () => {
    try {
      await endSession();
    } catch {
      message.error(common('failure.network'));
      return;
    }
    queryClient.clear();
    await navigate({ to: '/enter' });
  };
  const done = () => {
    message.success(session('password.done'));
    signedIn();
  };

  if (offer.data && !offer.isFetching && !offer.data.signedIn) return <Navigate to="/enter" replace />;
  if (offer.data && !offer.isFetching && !offer.data.passwordChangeRequired) return <Navigate to="/" replace />;
  return (
    <EnterFrame title={t('newPassword.title')} demonstration={offer.data?.demonstration} away={false}>
      <FailureView failure={offer.error} retry={() => void offer.refetch()} />
      <Alert className="bn-gap" type="warning" showIcon title={t('newPassword.first')} description={t('newPassword.explanation')} />
      {offer.isPending && <Spin />}
      {offer.data && (
        <PasswordForm
          policy={offer.data.passwordPolicy}
          onDone={done}
          aside={<Button onClick={() => void leave()}>{common('shell.leave')}</Button>}
        />
      )}
    </EnterFrame>
  );
}
