import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { PersonPostsDocument } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';

/** Posts in the leadership of organizations, those that are held first. */
export function PostsTab({ id }: { id: string }) {
  const { t } = useTranslation('people');
  const answer = useGql('people', PersonPostsDocument, { id });
  const posts = nodeOf(answer.data?.node, 'Person')?.posts ?? [];
  type Row = (typeof posts)[number];
  const where = ({ organization }: Row) =>
    organization ? (
      <Link to="/organizations" search={{ node: organization.id, tab: 'leadership' } as never}>
        {organization.name}
      </Link>
    ) : (
      '—'
    );
  const until = (row: Row) => row.until ?? t('posts.held');
  return (
    <Panel flush>
      <CursorTable
        label={t('tab.posts')}
        rows={posts}
        rowKey={(row) => row.id}
        loading={answer.isPending}
        failure={answer.error}
        retry={() => void answer.refetch()}
        whole
        total={posts.length}
        totalText={(total) => t('posts.total', { total })}
        card={(row) => (
          <>
            <strong>{row.post.name}</strong>
            <span>{where(row)}</span>
            <small>
              {row.from} – {until(row)}
            </small>
          </>
        )}
        columns={[
          { title: t('posts.post'), width: 140, render: (_, row) => row.post.name },
          { title: t('posts.organization'), ellipsis: true, render: (_, row) => where(row) },
          { title: t('posts.duty'), ellipsis: true, render: (_, row) => row.duty ?? '—' },
          { title: t('posts.from'), dataIndex: 'from', width: 120 },
          { title: t('posts.until'), width: 120, render: (_, row) => until(row) },
          { title: t('posts.reason'), width: 150, ellipsis: true, render: (_, row) => row.leaveReason?.name ?? '—' },
        ]}
      />
    </Panel>
  );
}
