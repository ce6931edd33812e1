import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Spin } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { queryClient } from '../../shared/api/queries';
import { enterDemonstration, sessionOffer } from '../../shared/api/session';
import { DemonstrationBanner } from '../../shared/ui/DemonstrationBanner';
import { FailureView } from '../../shared/ui/FailureView';
import { LanguageSwitch } from '../../shared/ui/LanguageSwitch';
import { EntryCards } from './EntryCards';

export function EnterPage() {
  const { t } = useTranslation('enter');
  const { t: common } = useTranslation();
  const navigate = useNavigate();
  const offer = useQuery({ queryKey: ['session', 'offer'], queryFn: sessionOffer });
  const [entering, setEntering] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  useEffect(() => {
    document.title = `${t('title')} · ${common('product')}`;
  }, [t, common]);

  const enter = async (as: string) => {
    setEntering(as);
    setFailure(null);
    try {
      await enterDemonstration(as);
      queryClient.clear();
      await navigate({ to: '/' });
    } catch (error) {
      setFailure(error);
      setEntering(null);
    }
  };

  return (
    <div className="bn-enter">
      {offer.data?.demonstration && <DemonstrationBanner />}
      <main className="bn-enter-card">
        <div className="bn-enter-head">
          <div>
            <h1>{common('product')}</h1>
            <p>{t('what')}</p>
          </div>
          <LanguageSwitch />
        </div>
        <FailureView failure={failure ?? offer.error} retry={() => void offer.refetch()} />
        {offer.isPending && <Spin />}
        {offer.data?.demonstration && (
          <section>
            <h2>{t('demonstration')}</h2>
            <p className="bn-muted">{t('explanation')}</p>
            <EntryCards entries={offer.data.entries} entering={entering} onEnter={(as) => void enter(as)} />
          </section>
        )}
        {offer.data && !offer.data.demonstration && <p>{t('closed')}</p>}
        <p className="bn-enter-foot">{t('logged')}</p>
      </main>
    </div>
  );
}
