import { Link } from '@tanstack/react-router';
import { App, Button, Popconfirm, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import {
  DeleteLeadershipPostDocument,
  LeadershipDocument,
  type LeadershipPostRowFragment,
  LeadershipPostRowFragmentDoc,
  LeadershipTermRowFragmentDoc,
  ReorderLeadershipPostDocument,
} from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Facts } from '../../shared/ui/Facts';
import { FailureView } from '../../shared/ui/FailureView';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';
import { touched } from './posts';
import { BeginTerm, EndPost } from './LeadershipForms';
import { LeadershipPostForm } from './LeadershipPostForm';
import type { Organization } from './organization';

type Open = { what: 'term' } | { what: 'post'; post: LeadershipPostRowFragment | null } | { what: 'end'; post: LeadershipPostRowFragment };

/** Who leads the organization: the running term first, former ones to choose. */
export function Leadership({ organization }: { organization: Organization }) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const { viewer } = useSigned();
  const { message } = App.useApp();
  const [state, change] = useUrlState();
  const [open, setOpen] = useState<Open | null>(null);
  const { id } = organization;
  const answer = useGql('organizations', LeadershipDocument, { id }, { keepPrevious: true });
  const removal = useSubmission(DeleteLeadershipPostDocument, (result) => result.leadershipPostDelete, touched);
  const sorting = useSubmission(ReorderLeadershipPostDocument, (result) => result.leadershipPostReorder, ['organizations', 'journal']);

  const terms = (nodeOf(answer.data?.node, 'Organization')?.leadershipTerms ?? []).map((row) =>
    readFragment(LeadershipTermRowFragmentDoc, row),
  );
  const term = terms.find((known) => known.id === state.term) ?? terms[0];
  const posts = (term?.posts ?? []).map((row) => readFragment(LeadershipPostRowFragmentDoc, row));
  const edits = !viewer.readOnly && organization.status === 'ACTIVE' && organization.may.includes('EDIT_ORGANIZATION');
  const gives = edits && organization.may.includes('GIVE_GRANTS');
  const running = term !== undefined && !term.until;
  const held = posts.filter((post) => !post.until);
  /** A role begins or ends with it, which takes the right to give it. */
  const may = (post: LeadershipPostRowFragment) => edits && (gives || !post.role || Boolean(post.until));

  const remove = async (post: LeadershipPostRowFragment) => {
    if (await removal.submit({ input: { id: post.id, version: post.version } })) message.success(t('leadership.deleted'));
  };
  const lift = async (post: LeadershipPostRowFragment) => {
    const place = posts.findIndex(({ id: other }) => other === post.id);
    const afterId = posts[place - 2]?.id ?? null;
    if (await sorting.submit({ input: { id: post.id, version: post.version, afterId } })) message.success(t('leadership.sorted'));
  };

  const named = ({ person, name }: LeadershipPostRowFragment) =>
    person ? (
      <Link to="/people/$id" params={{ id: person.id } as never}>
        {person.name}
      </Link>
    ) : (
      name
    );
  const what = (post: LeadershipPostRowFragment) =>
    post.administers ? common('withNote', { name: post.post.name, note: t('leadership.administersShort') }) : post.post.name;
  const until = (post: LeadershipPostRowFragment) =>
    post.until ? common('withNote', { name: post.until, note: post.leaveReason?.name ?? '' }) : t('leadership.held');
  const actions = (post: LeadershipPostRowFragment) =>
    edits && (
      <Space size={12}>
        <Button type="link" className="bn-inline" onClick={() => setOpen({ what: 'post', post })}>
          {t('action.edit')}
        </Button>
        {posts[0]?.id !== post.id && (
          <Button type="link" className="bn-inline" onClick={() => void lift(post)}>
            {t('leadership.lift')}
          </Button>
        )}
        {may(post) && !post.until && (
          <Button type="link" className="bn-inline" onClick={() => setOpen({ what: 'end', post })}>
            {t('leadership.end')}
          </Button>
        )}
        {may(post) && (
          <Popconfirm title={t('leadership.deleteQuestion', { name: post.name })} onConfirm={() => void remove(post)}>
            <Button type="link" danger className="bn-inline">
              {t('leadership.delete')}
            </Button>
          </Popconfirm>
        )}
      </Space>
    );
  return (
    <div className="bn-stack">
      {term && (
        <Panel>
          <Facts
            facts={[
              { label: t('leadership.term'), value: t('leadership.termName', { number: term.number }) },
              { label: t('leadership.termFrom'), value: term.from },
              { label: t('leadership.plannedUntil'), value: term.plannedUntil },
              { label: t('leadership.termUntil'), value: term.until ?? t('leadership.running') },
            ]}
          />
        </Panel>
      )}
      <Panel flush>
        <Refusals errors={[...removal.userErrors, ...sorting.userErrors]} />
        <FailureView failure={removal.failure ?? sorting.failure} />
        <CursorTable
          label={t('tab.leadership')}
          rows={posts}
          rowKey={(row) => row.id}
          loading={answer.isPending}
          failure={answer.error}
          retry={() => void answer.refetch()}
          whole
          total={posts.length}
          totalText={(total) => t('leadership.total', { total })}
          actions={
            <Space wrap>
              {terms.length > 1 && (
                <Select
                  aria-label={t('leadership.term')}
                  value={term?.id}
                  options={terms.map((known) => ({
                    value: known.id,
                    label: known.until ? t('leadership.former', { number: known.number }) : t('leadership.present', { number: known.number }),
                  }))}
                  onChange={(chosen) => change({ term: chosen })}
                />
              )}
              {gives && <Button onClick={() => setOpen({ what: 'term' })}>{t('leadership.begin')}</Button>}
              {edits && running && (
                <Button type="primary" onClick={() => setOpen({ what: 'post', post: null })}>
                  {t('leadership.add')}
                </Button>
              )}
            </Space>
          }
          card={(post) => (
            <>
              <strong>{what(post)}</strong>
              <span>{named(post)}</span>
              <small>
                {post.from} – {until(post)}
                {post.duty && ` · ${post.duty}`}
              </small>
              {actions(post)}
            </>
          )}
          columns={[
            { title: t('leadership.post'), width: 170, ellipsis: true, render: (_, post) => what(post) },
            { title: t('leadership.person'), width: 110, render: (_, post) => named(post) },
            { title: t('leadership.duty'), ellipsis: true, render: (_, post) => post.duty ?? '—' },
            { title: t('leadership.from'), dataIndex: 'from', width: 120 },
            { title: t('leadership.until'), width: 190, ellipsis: true, render: (_, post) => until(post) },
            ...(edits ? [{ title: t('groups.actions'), width: 200, render: (_: unknown, post: LeadershipPostRowFragment) => actions(post) }] : []),
          ]}
        />
      </Panel>
      {open?.what === 'term' && <BeginTerm organizationId={id} held={held.length} onClose={() => setOpen(null)} />}
      {open?.what === 'end' && <EndPost post={open.post} onClose={() => setOpen(null)} />}
      {open?.what === 'post' && (
        <LeadershipPostForm organizationId={id} post={open.post} givesRoles={gives} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}
