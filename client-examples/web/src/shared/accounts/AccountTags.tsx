import { useTranslation } from 'react-i18next';

import type { AccountFlag, AccountState } from '../../gql/graphql';
import { StatusTag, type Tone } from '../ui/StatusTag';

export const accountStates: AccountState[] = ['PROVISIONED', 'ACTIVE', 'DISABLED', 'CLOSED'];

const tones: Record<AccountState, Tone> = { PROVISIONED: 'info', ACTIVE: 'ok', DISABLED: 'bad', CLOSED: 'none' };

/** The state, and what keeps the account from being used (A13). */
export function AccountTags({ state, flags }: { state?: AccountState | null; flags: readonly AccountFlag[] }) {
  const { t } = useTranslation('accounts');
  return (
    <span className="bn-tags">
      <StatusTag tone={state ? tones[state] : 'none'}>{t(`state.${state ?? 'NONE'}`)}</StatusTag>
      {flags.map((flag) => (
        <StatusTag key={flag} tone="warn">
          {t(`flag.${flag}`)}
        </StatusTag>
      ))}
    </span>
  );
}
