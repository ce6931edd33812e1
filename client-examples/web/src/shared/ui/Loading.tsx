import { Skeleton } from 'antd';

export function Loading() {
  return (
    <div className="bn-loading" aria-busy="true">
      <Skeleton active paragraph={{ rows: 4 }} />
    </div>
  );
}
