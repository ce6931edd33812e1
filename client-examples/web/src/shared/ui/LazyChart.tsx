import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';

import type { Bar } from './Chart';

const Chart = lazy(() => import('./Chart'));

/** The chart library is the largest part of the console and not needed to read a page. */
export function LazyChart(props: { label: string; bars: Bar[] }) {
  return (
    <Suspense fallback={<Skeleton active />}>
      <Chart {...props} />
    </Suspense>
  );
}
