import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { KeyDueDocument, KeyRowFragmentDoc } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { KeyButton } from '../../shared/key/KeyButton';
import type { Raise } from '../../shared/session/useRaise';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Page, Panel } from '../../shared/ui/Page';
import { useSigned } from '../../shared/viewer';
import { OwnKeys } from './OwnKeys';

/** Where a password alone opens nothing to a member, the key answers here, or the first one is enrolled (SEC-B01). */
export default function KeyDue({ raise }: { raise: Raise }) {
  const { t } = useTranslation('own');
  const answer = useGql('accounts', KeyDueDocument, {});
  // A password alone does not become an administrator's key (A01).
  const administers = useSigned().viewer.sleeping.some((role) => role !== 'MEMBER');
  const keys = answer.data?.viewer?.account.keys;
  return (
    <Page title={t('due.title')} subtitle={t('due.subtitle')}>
      <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      {answer.isPending && <Loading />}
      {keys && keys.length > 0 && (
        <Panel>
          <p className="bn-gap">{t('due.touch')}</p>
          <p className="bn-hint bn-gap">{t('due.lost')}</p>
          <FailureView failure={raise.failure} />
          <KeyButton ceremony={raise} onStart={() => void raise.start()}>
            {t('due.open')}
          </KeyButton>
        </Panel>
      )}
      {keys?.length === 0 && administers && (
        <Panel>
          <p className="bn-gap">{t('due.fromAbove')}</p>
          <Link to="/enrol">{t('due.toEnrolment')}</Link>
        </Panel>
      )}
      {keys?.length === 0 && !administers && (
        <>
          <p className="bn-gap">{t('due.first')}</p>
          <OwnKeys keys={keys.map((key) => readFragment(KeyRowFragmentDoc, key))} />
        </>
      )}
    </Page>
  );
}
