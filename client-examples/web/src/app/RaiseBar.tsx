import { useTranslation } from 'react-i18next';

import { KeyButton } from '../shared/key/KeyButton';
import type { Raise } from '../shared/session/useRaise';
import { FailureView } from '../shared/ui/FailureView';
import { useSigned } from '../shared/viewer';

/** Whoever came in as a member and holds more is told so, and goes on with the key, or to the administrators' own address. */
export function RaiseBar({ raise }: { raise: Raise }) {
  const { t } = useTranslation();
  const { viewer } = useSigned();
  return (
    <section className="bn-raise" aria-label={t('raise.label')}>
      <span>
        {t(viewer.administration ? 'raise.atMembers' : 'raise.asMember')} <span className="bn-muted">{t('raise.sleeping', { roles: viewer.sleeping.map((role) => t(`role.${role}`)).join(t('listSeparator')) })}</span>
      </span>
      {viewer.administration ? (
        <a href={viewer.administration}>{t('raise.elsewhere')}</a>
      ) : (
        <KeyButton ceremony={raise} size="small" onStart={() => void raise.start()}>
          {t('raise.open')}
        </KeyButton>
      )}
      <FailureView failure={raise.failure} />
    </section>
  );
}
