import { BarChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

import { formatNumber } from '../format';

use([BarChart, GridComponent, SVGRenderer]);

export interface Bar {
  name: string;
  value: number;
}

interface Props {
  label: string;
  bars: Bar[];
}

const blue = '#1f4e86';
const grey = '#4b5563';
const line = '#e3e6ea';

/** Horizontal bars; the numbers stand at the bars, so nothing needs a hover to be read. */
export default function Chart({ label, bars }: Props) {
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!box.current) return undefined;
    const chart = init(box.current, undefined, { renderer: 'svg' });
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 4, right: 56, top: 4, bottom: 4, containLabel: true },
      xAxis: {
        type: 'value',
        splitNumber: 4,
        splitLine: { lineStyle: { color: line } },
        axisLabel: { color: grey, hideOverlap: true, formatter: (value: number) => formatNumber(value) },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map((bar) => bar.name),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: line } },
        axisLabel: { color: '#1f2937', width: 120, overflow: 'truncate' },
      },
      series: [
        {
          type: 'bar',
          data: bars.map((bar) => bar.value),
          barMaxWidth: 16,
          itemStyle: { color: blue },
          emphasis: { disabled: true },
          cursor: 'default',
          label: { show: true, position: 'right', color: '#1f2937', formatter: ({ value }: { value: unknown }) => formatNumber(Number(value)) },
        },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [bars]);

  return <div ref={box} className="bn-chart" role="img" aria-label={`${label}: ${bars.map((bar) => `${bar.name} ${bar.value}`).join(', ')}`} />;
}
