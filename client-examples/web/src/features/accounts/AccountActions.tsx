import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AccountRowFragment } from '../../gql/graphql';
import { ResetAccount } from '../../shared/accounts/ResetAccount';
import { useSigned } from '../../shared/viewer';
import { ChangeState, type StateChange } from './ChangeState';
import { EditAccount } from './EditAccount';
import { InviteAccount } from './InviteAccount';

type Action = StateChange | 'edit' | 'reset' | 'invite' | 'replace';

interface Props {
  account: AccountRowFragment;
  hasKeys: boolean;
}

/** What can be done with somebody else's account. */
export function AccountActions({ account, hasKeys }: Props) {
  const { t } = useTranslation('accounts');
  const { can } = useSigned();
  const [doing, setDoing] = useState<Action | null>(null);
  const close = () => setDoing(null);
  if (account.state === 'CLOSED' || account.kind === 'MACHINE') return null;
  const disabled = account.state === 'DISABLED';
  const actions: Action[] = [
    ...(can('MANAGE_KEYS') && !disabled ? (['invite'] as const) : []),
    ...(can('MANAGE_KEYS') && !disabled && hasKeys ? (['replace'] as const) : []),
    ...(can('MANAGE_ACCOUNTS') && account.kind === 'PERSON' && !disabled ? (['reset'] as const) : []),
    ...(can('MANAGE_ACCOUNTS') ? ([disabled ? 'enable' : 'disable', 'edit', 'close'] as const) : []),
  ];
  if (actions.length === 0) return null;
  const [first, ...others] = actions;
  const label = (action: Action) => t(`${action}.open`);
  return (
    <div className="bn-actions">
      {first && <Button onClick={() => setDoing(first)}>{label(first)}</Button>}
      {others.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: others.map((action) => ({
              key: action,
              label: label(action),
              danger: action === 'close' || action === 'disable' || action === 'replace',
              onClick: () => setDoing(action),
            })),
          }}
        >
          <Button>
            {t('more')} <DownOutlined aria-hidden />
          </Button>
        </Dropdown>
      )}
      {doing === 'edit' && <EditAccount account={account} onClose={close} />}
      {doing === 'reset' && <ResetAccount account={account} onClose={close} />}
      {(doing === 'invite' || doing === 'replace') && (
        <InviteAccount account={account} replaces={doing === 'replace'} onClose={close} />
      )}
      {(doing === 'disable' || doing === 'enable' || doing === 'close') && (
        <ChangeState account={account} change={doing} onClose={close} />
      )}
    </div>
  );
}
