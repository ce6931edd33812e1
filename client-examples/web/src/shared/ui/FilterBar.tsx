import { FilterOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { usePhone } from '../usePhone';

interface Props {
  label: string;
  /** More fields than fit one line at their usual width. */
  dense?: boolean;
  onSubmit: () => void;
  children: ReactNode;
}

/**
 * Filters take effect together, when asked to: each query may be dear to the server. On a phone they
 * are folded away, or the list would begin below the screen.
 */
export function FilterBar({ label, dense = false, onSubmit, children }: Props) {
  const { t } = useTranslation();
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  if (phone && !open) {
    return (
      <Button icon={<FilterOutlined aria-hidden />} aria-expanded={false} onClick={() => setOpen(true)}>
        {t('action.filter')}
      </Button>
    );
  }
  return (
    <form
      className={dense ? 'bn-filters bn-filters-dense' : 'bn-filters'}
      role="search"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        setOpen(false);
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
