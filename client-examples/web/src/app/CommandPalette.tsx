import { useNavigate } from '@tanstack/react-router';
import { Input, Modal } from 'antd';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { PaletteOrganizationsDocument, PalettePeopleDocument } from '../gql/graphql';
import { useGql } from '../shared/api/queries';
import { useDelayed } from '../shared/useDelayed';
import { useSigned } from '../shared/viewer';
import { pagesFor } from './pages';

interface Hit {
  key: string;
  group: 'pages' | 'organizations' | 'people';
  name: string;
  note?: string;
  to: string;
  search: Record<string, string>;
}

function useHits(text: string): Hit[] {
  const { t } = useTranslation();
  const signed = useSigned();
  const under = signed.root?.id ?? '';
  const wanted = text.trim();
  const search = useDelayed(wanted);
  const asks = search !== '' && under !== '';
  const byCode = /^\d/.test(search);
  const organizations = useGql(
    'organizations',
    PaletteOrganizationsDocument,
    { under, filter: byCode ? { code: search } : { name: search } },
    { enabled: asks && signed.can('READ_ORGANIZATIONS') },
  );
  const people = useGql(
    'people',
    PalettePeopleDocument,
    { under, name: search },
    { enabled: asks && !byCode && signed.can('READ_PEOPLE') },
  );
  const pages = pagesFor(signed).map(
    ({ path, label }): Hit => ({ key: path, group: 'pages', name: t(label), to: path, search: {} }),
  );
  if (wanted === '') return pages;
  const pagesFound = pages.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  // What was found for other letters must not be what Enter opens.
  if (search !== wanted) return pagesFound;
  return [
    ...pagesFound,
    ...(organizations.data?.organizations.nodes ?? []).map(
      ({ id, name, kind }): Hit => ({
        key: id,
        group: 'organizations',
        name,
        note: kind.name,
        to: '/organizations',
        search: { node: id },
      }),
    ),
    ...(people.data?.people.nodes ?? []).map(
      ({ id, name, organization }): Hit => ({
        key: id,
        group: 'people',
        name,
        note: organization?.name,
        to: `/people/${id}`,
        search: {},
      }),
    ),
  ];
}

/** Jumps to a page, an organization or a person by a few letters. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const hits = useHits(text);
  const active = hits[Math.min(at, hits.length - 1)];

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    void navigate({ to: hit.to, search: hit.search as never });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((before) => Math.max(0, Math.min(hits.length - 1, before + step)));
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      go(active);
    }
  };

  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      title={t('palette.title')}
      width={560}
      className="bn-palette"
      // The first thing that can take the focus gets it, and letters are typed at once: no close button.
      closable={false}
    >
      <Input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="palette-hits"
        aria-activedescendant={active && `hit-${active.key}`}
        aria-label={t('palette.open')}
        placeholder={t('palette.open')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-hits" role="listbox" aria-label={t('palette.title')}>
        {hits.map((hit) => (
          <li key={hit.key} id={`hit-${hit.key}`} role="option" aria-selected={hit === active} onClick={() => go(hit)}>
            <span>{hit.name}</span>
            <small>{hit.note ?? t(`palette.${hit.group}`)}</small>
          </li>
        ))}
      </ul>
      {hits.length === 0 && <p role="status">{t('table.empty')}</p>}
    </Modal>
  );
}
