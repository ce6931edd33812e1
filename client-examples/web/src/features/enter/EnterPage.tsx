import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { queryClient } from '../../shared/api/queries';
import { enterDemonstration, sessionOffer } from '../../shared/api/session';
import { FailureView } from '../../shared/ui/FailureView';
import { useUrlState } from '../../shared/urlState';
import { EnterFrame } from './EnterFrame';
import { EntryCards } from './EntryCards';
import { KeySignIn } from './KeySignIn';
import { PasswordSignIn } from './PasswordSignIn';
import { useSignedIn } from './useSignedIn';
import { Welcome } from './Welcome';

/** The first page: signing in at the top left (A06), the key first; beside it what the system is for. */
export function EnterPage() {
  const { t } = useTranslation('enter');
  const navigate = useNavigate();
  const [{ by, back }, change] = useUrlState();
  const signedIn = useSignedIn();
  const offer = useQuery({ queryKey: ['session', 'offer'], queryFn: sessionOffer });
  const [entering, setEntering] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  const enter = async (as: string) => {
    setEntering(as);
    setFailure(null);
    try {
      await enterDemonstration(as);
      signedIn();
    } catch (error) {
      setFailure(error);
      setEntering(null);
    }
  };
  const withPassword = (passwordChangeRequired: boolean) => {
    if (!passwordChangeRequired) signedIn();
    else {
      queryClient.clear();
      void navigate({ to: '/password', search: { back } as never });
    }
  };

  const demonstration = offer.data?.demonstration && (
    <section className="bn-enter-demonstration">
      <h2>{t('demonstration')}</h2>
      <p className="bn-muted">{t('explanation')}</p>
      <EntryCards entries={offer.data.entries} entering={entering} onEnter={(as) => void enter(as)} />
    </section>
  );

  return (
    <EnterFrame title={t('title')} subtitle={t('what')} demonstration={offer.data?.demonstration} back={false} aside={<Welcome>{demonstration}</Welcome>}>
      <FailureView failure={failure ?? offer.error} retry={() => void offer.refetch()} />
      {offer.isPending && <Spin />}
      {offer.data &&
        (by === 'password' ? (
          <PasswordSignIn onDone={withPassword} onBack={() => change({ by: undefined })} />
        ) : (
          <>
            <KeySignIn onDone={signedIn} />
            <p className="bn-enter-ways">
              <Button type="link" className="bn-inline" onClick={() => change({ by: 'password' })}>
                {t('password.open')}
              </Button>
              <Link to="/enrol">{t('enrol.open')}</Link>
              <Link to="/claim">{t('claim.open')}</Link>
            </p>
          </>
        ))}
    </EnterFrame>
  );
}
