import { Button, Drawer } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { usePhone } from '../usePhone';
import { OrgTree } from './OrgTree';

interface Props {
  rootId: string;
  selectedId: string;
  onSelect: (id: string) => void;
  children: ReactNode;
}

/** Tree at the left, what belongs to the selected node at the right; a drawer on a phone. */
export function TreeLayout({ rootId, selectedId, onSelect, children }: Props) {
  const { t } = useTranslation();
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  const tree = (
    <OrgTree
      key={rootId}
      rootId={rootId}
      selectedId={selectedId}
      label={t('tree.label')}
      onSelect={(id) => {
        setOpen(false);
        onSelect(id);
      }}
    />
  );
  if (phone) {
    return (
      <>
        <Button className="bn-tree-open" block onClick={() => setOpen(true)}>
          {t('tree.open')}
        </Button>
        <Drawer open={open} onClose={() => setOpen(false)} title={t('tree.label')} placement="left" size="88%">
          {tree}
        </Drawer>
        {children}
      </>
    );
  }
  return (
    <div className="bn-split">
      <aside className="bn-split-tree" aria-label={t('tree.label')}>
        <h2>{t('tree.label')}</h2>
        {tree}
      </aside>
      <div className="bn-split-main">{children}</div>
    </div>
  );
}
