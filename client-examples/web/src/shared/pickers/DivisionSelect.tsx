import { TreeSelect } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { DivisionsDocument, type DivisionsQuery } from '../../gql/graphql';
import { gqlFetch } from '../api/gqlFetch';
import { useGql } from '../api/queries';
import { useDelayed } from '../useDelayed';

type Row = DivisionsQuery['divisions']['nodes'][number];

interface Option {
  value: string;
  title: string;
  full: string;
  isLeaf: boolean;
  children?: Option[];
}

interface Props {
  id?: string;
  value?: string | null;
  /** Full name of the value, shown until its row has been loaded. */
  valueName?: string;
  onChange?: (value: string | undefined) => void;
}

const option = (row: Row, title: string): Option => ({ value: row.code, title, full: row.fullName, isLeaf: !row.hasChildren });

/** Administrative divisions: opened level by level, or found by name or code. */
export function DivisionSelect({ id, value, valueName, onChange }: Props) {
  const { t } = useTranslation();
  const [below, setBelow] = useState<Record<string, Option[]>>({});
  const [text, setText] = useState('');
  const search = useDelayed(text.trim());
  const top = useGql('reference', DivisionsDocument, { parent: null, search: null, first: 200 }, { staleTime: Infinity });
  const found = useGql(
    'reference',
    DivisionsDocument,
    { parent: null, search, first: 50 },
    { enabled: search !== '', keepPrevious: true },
  );

  const grown = (options: Option[]): Option[] =>
    options.map((each) => ({ ...each, children: below[each.value] ? grown(below[each.value] ?? []) : undefined }));
  const browse = grown((top.data?.divisions.nodes ?? []).map((row) => option(row, row.name)));
  const hits = (found.data?.divisions.nodes ?? []).map((row) => ({ ...option(row, row.fullName), isLeaf: true }));

  return (
    <TreeSelect<{ value: string; label?: string }, Option>
      id={id}
      className="bn-fill"
      showSearch={{ filterTreeNode: false, onSearch: setText }}
      allowClear
      placeholder={t('form.choose')}
      treeData={search ? hits : browse}
      treeNodeLabelProp="full"
      value={value ? { value, label: valueName } : undefined}
      labelInValue
      loadData={async ({ value: parent }) => {
        const rows = await gqlFetch(DivisionsDocument, { parent: String(parent), search: null, first: 200 });
        setBelow((before) => ({ ...before, [String(parent)]: rows.divisions.nodes.map((row) => option(row, row.name)) }));
      }}
      onChange={(chosen) => onChange?.(chosen?.value)}
    />
  );
}
