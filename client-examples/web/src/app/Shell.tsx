import { Outlet, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ViewerDocument } from '../gql/graphql';
import { isUnauthenticated } from '../shared/api/failures';
import { queryClient, useGql } from '../shared/api/queries';
import { useLiveChanges } from '../shared/api/useLiveChanges';
import { DemonstrationBanner } from '../shared/ui/DemonstrationBanner';
import { FailureView } from '../shared/ui/FailureView';
import { Loading } from '../shared/ui/Loading';
import { type Signed, SignedContext } from '../shared/viewer';
import { usePhone } from '../shared/usePhone';
import { Header } from './Header';
import { Navigation } from './Navigation';

const rememberedRoot = 'banyan.root';

/** Back to the enter page as soon as any answer says that nobody is signed in. */
function useLeaveWhenSignedOut(signedOut: boolean) {
  const navigate = useNavigate();
  useEffect(() => {
    if (signedOut) void navigate({ to: '/enter', replace: true });
  }, [signedOut, navigate]);
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type === 'updated' && isUnauthenticated(event.query.state.error)) {
          void navigate({ to: '/enter', replace: true });
        }
      }),
    [navigate],
  );
}

function useSignedState(): { signed: Signed | null; failure: unknown; signedOut: boolean; retry: () => void } {
  const session = useGql('session', ViewerDocument, {}, { staleTime: 300_000 });
  const [chosen, setChosen] = useState(() => localStorage.getItem(rememberedRoot));
  const signed = useMemo(() => {
    if (!session.data?.viewer) return null;
    const { viewer, server } = session.data;
    return {
      viewer,
      server,
      root: viewer.roots.find((root) => root.id === chosen) ?? viewer.roots[0],
      chooseRoot: (id: string) => {
        localStorage.setItem(rememberedRoot, id);
        setChosen(id);
      },
      can: (permission) => viewer.permissions.includes(permission),
    } satisfies Signed;
  }, [session.data, chosen]);
  const signedOut = session.data?.viewer === null || isUnauthenticated(session.error);
  return { signed, failure: session.error, signedOut, retry: () => void session.refetch() };
}

export function Shell() {
  const { t } = useTranslation();
  const phone = usePhone();
  const { signed, failure, signedOut, retry } = useSignedState();
  useLeaveWhenSignedOut(signedOut);
  useLiveChanges(signed?.root?.id);

  if (!signed) {
    return <main className="bn-alone">{failure && !signedOut ? <FailureView failure={failure} retry={retry} /> : <Loading />}</main>;
  }
  return (
    <SignedContext.Provider value={signed}>
      <a className="bn-skip" href="#content">
        {t('shell.skip')}
      </a>
      <Header />
      {signed.server.demonstration && <DemonstrationBanner />}
      <div className="bn-body">
        {!phone && (
          <nav className="bn-nav" aria-label={t('shell.navigation')}>
            <Navigation />
          </nav>
        )}
        <main id="content" className="bn-main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </SignedContext.Provider>
  );
}
