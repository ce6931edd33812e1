import { useQueries } from '@tanstack/react-query';
import { Input, Skeleton, Tree } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { OrgTreeNodeFragmentDoc, OrgTreePathDocument } from '../../gql/graphql';
import { nodeOf } from '../api/nodeOf';
import { useGql } from '../api/queries';
import { FailureView } from '../ui/FailureView';
import { useDelayed } from '../useDelayed';
import { useHeight } from '../useHeight';
import { type Children, childrenKey, loadChildren, loadMoreChildren } from './children';
import { SearchResults } from './SearchResults';
import { hasRow, idOfMoreKey, type TreeRow, treeRows } from './treeData';
import { TreeTitle } from './TreeTitle';

interface Props {
  rootId: string;
  selectedId: string | undefined;
  onSelect: (id: string) => void;
  label: string;
}

const refreshed = { staleTime: 30_000 };

function usePath(id: string | undefined) {
  const path = useGql('organizations', OrgTreePathDocument, { id: id ?? '' }, { enabled: Boolean(id), keepPrevious: true });
  return useMemo(() => {
    const node = nodeOf(path.data?.node, 'Organization');
    if (!node) return { nodes: [], failure: path.error };
    return {
      nodes: [...node.ancestors, node].map((each) => readFragment(OrgTreeNodeFragmentDoc, each)),
      failure: path.error,
    };
  }, [path.data, path.error]);
}

/** The organizations below one root: loaded by and by, found by name, code or initials. */
export function OrgTree({ rootId, selectedId, onSelect, label }: Props) {
  const { t } = useTranslation();
  const [box, height] = useHeight<HTMLDivElement>();
  const tree = useRef<{ scrollTo: (target: { key: string; align: 'auto' }) => void }>(null);
  const [expanded, setExpanded] = useState<string[]>([rootId]);
  const [text, setText] = useState('');
  const search = useDelayed(text.trim());

  const root = usePath(rootId);
  const path = usePath(selectedId);
  const rootNode = root.nodes.at(-1);

  const loads = useQueries({
    queries: expanded.map((id) => ({ queryKey: childrenKey(id), queryFn: () => loadChildren(id), ...refreshed })),
  });
  const state = `${expanded.join()} ${loads.map((load) => load.dataUpdatedAt).join()}`;
  const rows = useMemo(() => {
    const loaded = new Map<string, Children | undefined>(expanded.map((id, index) => [id, loads[index]?.data]));
    return rootNode ? treeRows([rootNode], (id) => loaded.get(id), path.nodes) : [];
    // `state` stands for `expanded` and `loads`, whose array is a new one at each render.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [state, rootNode, path.nodes]);

  const lineage = path.nodes.map((node) => node.id).join();
  useEffect(() => {
    const above = lineage.split(',').slice(0, -1).filter(Boolean);
    setExpanded((before) => [...new Set([rootId, ...before, ...above])]);
  }, [lineage, rootId]);

  const found = useRef('');
  useEffect(() => {
    if (!selectedId || found.current === selectedId || !hasRow(rows, selectedId)) return;
    found.current = selectedId;
    requestAnimationFrame(() => tree.current?.scrollTo({ key: selectedId, align: 'auto' }));
  }, [rows, selectedId]);

  const choose = (key: string) => {
    const parent = idOfMoreKey(key);
    if (parent) void loadMoreChildren(parent);
    else onSelect(key);
  };

  return (
    <div className="bn-tree">
      <Input.Search
        className="bn-tree-search"
        aria-label={t('tree.search')}
        placeholder={t('tree.search')}
        allowClear
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {search ? (
        <SearchResults
          under={rootId}
          text={search}
          onChoose={(id) => {
            setText('');
            onSelect(id);
          }}
        />
      ) : (
        <div className="bn-tree-box" ref={box}>
          {root.failure ? <FailureView failure={root.failure} /> : null}
          {rows.length === 0 && !root.failure ? <Skeleton active /> : null}
          {rows.length > 0 && (
            <Tree<TreeRow>
              ref={tree as never}
              aria-label={label}
              blockNode
              motion={false}
              height={height}
              treeData={rows}
              expandedKeys={expanded}
              onExpand={(keys) => setExpanded(keys.map(String))}
              selectedKeys={selectedId ? [selectedId] : []}
              onSelect={(_, { node }) => choose(node.key)}
              titleRender={(row) => <TreeTitle row={row} />}
            />
          )}
        </div>
      )}
    </div>
  );
}
