import { Select, Tabs } from 'antd';
import type { ReactNode } from 'react';

import { firstPage } from '../paging';
import { usePhone } from '../usePhone';
import { useUrlState } from '../urlState';

interface Item {
  key: string;
  label: string;
  children: ReactNode;
}

interface Props {
  label: string;
  items: Item[];
}

/** The parts of a page, the open one in the URL. A phone has no room for a row of tabs, but for a list. */
export function PageTabs({ label, items }: Props) {
  const phone = usePhone();
  const [state, change] = useUrlState();
  const active = items.find(({ key }) => key === state.tab) ?? items[0];
  const open = (tab: string) => change({ ...firstPage, tab: tab === items[0]?.key ? undefined : tab });
  if (!phone) return <Tabs className="bn-tabs" activeKey={active?.key} items={items} destroyOnHidden onChange={open} />;
  return (
    <>
      <Select
        className="bn-fill"
        aria-label={label}
        value={active?.key}
        options={items.map(({ key, label: text }) => ({ value: key, label: text }))}
        onChange={open}
      />
      {active?.children}
    </>
  );
}
