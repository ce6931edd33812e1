import { useTranslation } from 'react-i18next';

import type { SecurityEventKind, SecurityEventRowFragment } from '../../gql/graphql';
import { formatInstant } from '../format';
import type { PageInfo } from '../ui/CursorPager';
import { CursorTable } from '../ui/CursorTable';
import { StatusTag, type Tone } from '../ui/StatusTag';
import { reasonInWords } from './reasons';

export const securityEventKinds: SecurityEventKind[] = [
  'SIGNED_IN',
  'SIGN_IN_FAILED',
  'SIGNED_OUT',
  'SESSION_ENDED',
  'RAISED',
  'STEP_UP',
  'STEP_UP_FAILED',
  'PASSWORD_CHANGED',
  'PASSWORD_RESET',
  'KEY_ENROLLED',
  'KEY_ENROLMENT_FAILED',
  'KEY_RENAMED',
  'KEY_REMOVED',
  'INVITED',
  'ACCOUNT_OPENED',
  'ACCOUNT_CHANGED',
  'LOCKED',
  'CLAIMED',
];

const bad: SecurityEventKind[] = ['SIGN_IN_FAILED', 'STEP_UP_FAILED', 'KEY_ENROLMENT_FAILED', 'LOCKED'];
const noteworthy: SecurityEventKind[] = ['PASSWORD_RESET', 'PASSWORD_CHANGED', 'KEY_ENROLLED', 'KEY_REMOVED', 'INVITED', 'CLAIMED'];

export const eventTone = (kind: SecurityEventKind): Tone => (bad.includes(kind) ? 'bad' : noteworthy.includes(kind) ? 'warn' : 'none');

interface Props {
  rows: readonly SecurityEventRowFragment[];
  /** One's own list names no account and tells no reason. */
  own: boolean;
  pageInfo: PageInfo | undefined;
  total?: number;
  totalCapped?: boolean;
  loading: boolean;
  failure: unknown;
  retry: () => void;
}

/** Sign-ins, failures, confirmations, changes of password and key. */
export function SecurityEventTable({ rows, own, total, ...rest }: Props) {
  const { t } = useTranslation('accounts');
  const tag = ({ kind }: SecurityEventRowFragment) => <StatusTag tone={eventTone(kind)}>{t(`event.${kind}`)}</StatusTag>;
  const method = (row: SecurityEventRowFragment) => (row.method ? t(`method.${row.method}`) : '—');
  return (
    <CursorTable
      {...rest}
      label={t('event.title')}
      rows={rows}
      rowKey={(row) => row.id}
      total={total}
      totalText={(words) => t('event.total', { total: words })}
      card={(row) => (
        <>
          <span className="bn-card-head">
            {tag(row)} {!own && <strong>{row.accountName}</strong>}
          </span>
          <small>
            {formatInstant(row.at)} · {method(row)}
          </small>
          <small>{[row.source, row.agent, reasonInWords(t, row.reason)].filter(Boolean).join(' · ')}</small>
        </>
      )}
      columns={[
        { title: t('event.at'), render: (_, row) => formatInstant(row.at), width: 170 },
        { title: t('event.kind'), render: (_, row) => tag(row), width: 150 },
        ...(own ? [] : [{ title: t('event.account'), render: (_: unknown, row: SecurityEventRowFragment) => row.accountName, width: 150, ellipsis: true }]),
        { title: t('event.method'), render: (_, row) => method(row), width: 130 },
        { title: t('event.source'), render: (_, row) => row.source ?? '—', width: 150, ellipsis: true },
        { title: t('event.agent'), render: (_, row) => row.agent ?? '—', ellipsis: true },
        ...(own ? [] : [{ title: t('event.reason'), render: (_: unknown, row: SecurityEventRowFragment) => reasonInWords(t, row.reason) ?? '—', width: 180, ellipsis: true }]),
      ]}
    />
  );
}
