import { MenuOutlined, SearchOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { LanguageSwitch } from '../shared/ui/LanguageSwitch';
import type { Raise } from '../shared/session/useRaise';
import { usePhone } from '../shared/usePhone';
import { CommandPalette } from './CommandPalette';
import { MeMenu } from './MeMenu';
import { Navigation } from './Navigation';
import { RootSwitch } from './RootSwitch';
import { usePaletteKey } from './usePaletteKey';

export function Header({ raise }: { raise: Raise }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const [searching, setSearching] = useState(false);
  const [navigating, setNavigating] = useState(false);
  usePaletteKey(() => setSearching(true));
  return (
    <header className="bn-header">
      {phone && (
        <Button type="text" icon={<MenuOutlined aria-hidden />} aria-label={t('shell.openNavigation')} onClick={() => setNavigating(true)} />
      )}
      <Link to="/" search={{}} className="bn-brand">
        {t('product')}
      </Link>
      {!phone && <RootSwitch />}
      {!phone && (
        <button type="button" className="bn-search" onClick={() => setSearching(true)}>
          <SearchOutlined aria-hidden />
          <span>{t('palette.open')}</span>
          <kbd>Ctrl K</kbd>
        </button>
      )}
      <span className="bn-header-gap" />
      {phone ? (
        <Button type="text" icon={<SearchOutlined aria-hidden />} aria-label={t('palette.open')} onClick={() => setSearching(true)} />
      ) : (
        <LanguageSwitch />
      )}
      <MeMenu />
      {searching && <CommandPalette onClose={() => setSearching(false)} />}
      {phone && (
        <Drawer
          open={navigating}
          onClose={() => setNavigating(false)}
          placement="left"
          size={280}
          title={t('shell.navigation')}
          footer={<LanguageSwitch />}
        >
          <RootSwitch />
          <nav aria-label={t('shell.navigation')}>
            <Navigation raise={raise} onChoose={() => setNavigating(false)} />
          </nav>
        </Drawer>
      )}
    </header>
  );
}
