import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ViewerDocument } from '../gql/graphql';
import { onDeparture } from '../shared/api/departures';
import { isUnauthenticated, needsNewPassword } from '../shared/api/failures';
import { queryClient, useGql } from '../shared/api/queries';
import { useLiveChanges } from '../shared/api/useLiveChanges';
import { useRaise } from '../shared/session/useRaise';
import { DemonstrationBanner } from '../shared/ui/DemonstrationBanner';
import { FailureView } from '../shared/ui/FailureView';
import { Loading } from '../shared/ui/Loading';
import { StaleBanner } from '../shared/ui/StaleBanner';
import { type Signed, SignedContext } from '../shared/viewer';
import { usePhone } from '../shared/usePhone';
import { Header } from './Header';
import { Navigation } from './Navigation';
import { RaiseBar } from './RaiseBar';

const rememberedRoot = 'banyan.root';

const KeyDue = lazy(() => import('../features/own/KeyDue'));

/** To the sign-in page as soon as any answer says that nobody is signed in, and from there back. */
function useLeave(signedOut: boolean, newPassword: boolean) {
  const navigate = useNavigate();
  const { href } = useLocation();
  const here = useRef(href);
  here.current = href;
  const leaveFor = useCallback(
    (to: '/enter' | '/password') => {
      // Several answers may say so before the page is gone.
      if (here.current.startsWith(to)) return;
      const back = here.current === '/' ? undefined : here.current;
      if (to === '/enter') queryClient.clear();
      void navigate({ to, search: { back } as never, replace: true });
    },
    [navigate],
  );
  useEffect(() => {
    if (signedOut) leaveFor('/enter');
    else if (newPassword) leaveFor('/password');
  }, [signedOut, newPassword, leaveFor]);
  useEffect(() => onDeparture((departure) => leaveFor(departure === 'signedOut' ? '/enter' : '/password')), [leaveFor]);
}

interface State {
  signed: Signed | null;
  failure: unknown;
  signedOut: boolean;
  newPassword: boolean;
  retry: () => void;
}

function useSignedState(): State {
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
  const newPassword = session.data?.viewer?.passwordChangeRequired === true || needsNewPassword(session.error);
  return { signed, failure: session.error, signedOut, newPassword, retry: () => void session.refetch() };
}

export function Shell() {
  const { t } = useTranslation();
  const phone = usePhone();
  const { signed, failure, signedOut, newPassword, retry } = useSignedState();
  const raise = useRaise();
  useLeave(signedOut, newPassword);
  useLiveChanges(newPassword ? undefined : signed?.root?.id);

  if (!signed || newPassword) {
    return <main className="bn-alone">{failure && !signedOut && !newPassword ? <FailureView failure={failure} retry={retry} /> : <Loading />}</main>;
  }
  const keyDue = signed.viewer.keyRequired;
  return (
    <SignedContext.Provider value={signed}>
      <a className="bn-skip" href="#content">
        {t('shell.skip')}
      </a>
      <Header raise={raise} />
      {signed.viewer.sleeping.length > 0 && !keyDue && <RaiseBar raise={raise} />}
      {signed.server.demonstration && <DemonstrationBanner />}
      <StaleBanner />
      <div className="bn-body">
        {!phone && !keyDue && (
          <nav className="bn-nav" aria-label={t('shell.navigation')}>
            <Navigation raise={raise} />
          </nav>
        )}
        {/* Long records hold nothing else that can take the focus; the keyboard must scroll them too. */}
        <main id="content" className="bn-main" tabIndex={0}>
          {/* The page that was asked for is there as soon as the key has answered. */}
          {keyDue ? (
            <Suspense fallback={<Loading />}>
              <KeyDue raise={raise} />
            </Suspense>
          ) : (
            <Outlet />
          )}
        </main>
      </div>
    </SignedContext.Provider>
  );
}
