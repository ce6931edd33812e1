import { DownOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { App, Avatar, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';

import { queryClient } from '../shared/api/queries';
import { endSession } from '../shared/api/session';
import { formatInstant } from '../shared/format';
import { usePhone } from '../shared/usePhone';
import { useSigned } from '../shared/viewer';

export function MeMenu() {
  const { t } = useTranslation();
  const { viewer } = useSigned();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const phone = usePhone();

  const leave = async () => {
    try {
      await endSession();
    } catch {
      message.error(t('failure.network'));
      return;
    }
    queryClient.clear();
    await navigate({ to: '/enter' });
  };

  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'until', label: t('shell.until', { at: formatInstant(viewer.expiresAt) }), disabled: true },
          { type: 'divider' },
          { key: 'account', label: t('shell.account'), onClick: () => void navigate({ to: '/account', search: {} as never }) },
          { key: 'leave', label: t('shell.leave'), onClick: () => void leave() },
        ],
      }}
    >
      <Button type="text" className="bn-me" aria-label={t('shell.me', { name: viewer.account.name })}>
        <Avatar size={26}>{viewer.account.name.slice(0, 1)}</Avatar>
        {!phone && <span>{viewer.account.name}</span>}
        {!phone && <DownOutlined aria-hidden />}
      </Button>
    </Dropdown>
  );
}
