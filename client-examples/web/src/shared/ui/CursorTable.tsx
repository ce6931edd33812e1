import { Empty, Spin, Table, type TableColumnsType } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatTotal } from '../format';
import { usePhone } from '../usePhone';
import { CursorPager, type PageInfo } from './CursorPager';
import { FailureView } from './FailureView';

interface Props<Row> {
  label: string;
  columns: TableColumnsType<Row>;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** What a row is on a phone. */
  card: (row: Row) => ReactNode;
  /** Missing while the list loads. */
  pageInfo?: PageInfo;
  /** The rows are all there are, by a rule of the server: nothing to page through. */
  whole?: boolean;
  /** The total in words. */
  totalText?: (total: string) => string;
  total?: number;
  totalCapped?: boolean;
  loading: boolean;
  failure?: unknown;
  retry?: () => void;
  actions?: ReactNode;
}

export function CursorTable<Row extends object>(props: Props<Row>) {
  const { t } = useTranslation();
  const phone = usePhone();
  const { rows, rowKey, loading, failure, total } = props;
  if (failure) return <FailureView failure={failure} retry={props.retry} />;
  const empty = <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('table.empty')} />;
  return (
    <div className="bn-list">
      <div className="bn-list-bar">
        <span role="status">
          {total !== undefined && props.totalText?.(formatTotal(total, props.totalCapped ?? false))}
        </span>
        <div className="bn-list-actions">{props.actions}</div>
      </div>
      {phone ? (
        <Spin spinning={loading}>
          {rows.length === 0 && !loading ? empty : null}
          <ul className="bn-cards" aria-label={props.label}>
            {rows.map((row) => (
              <li key={rowKey(row)}>{props.card(row)}</li>
            ))}
          </ul>
        </Spin>
      ) : (
        <Table<Row>
          aria-label={props.label}
          size="small"
          columns={props.columns}
          dataSource={rows as Row[]}
          rowKey={rowKey}
          loading={loading}
          pagination={false}
          tableLayout="fixed"
          locale={{ emptyText: empty }}
        />
      )}
      {!props.whole && <CursorPager pageInfo={props.pageInfo} />}
    </div>
  );
}
