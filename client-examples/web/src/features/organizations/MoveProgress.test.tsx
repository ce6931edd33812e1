import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import { makeFragmentData } from '../../gql';
import { RefusalFragmentDoc } from '../../gql/graphql';
import { lookAgain, type MoveJob } from './jobs';
import { MoveProgress } from './MoveProgress';

const job = (more: Partial<MoveJob>): MoveJob => ({
  id: 'job_1',
  state: 'RUNNING',
  progress: { done: 61_000, total: 100_000 },
  organization: null,
  orderedByName: '王某',
  createdAt: '2026-01-01T00:00:00Z',
  error: null,
  ...more,
});

test('a move under way shows how far it is, in figures and as a bar', () => {
  render(<MoveProgress job={job({})} />);
  const bar = screen.getByRole('progressbar', { name: '正在移动' }) as HTMLProgressElement;
  expect([bar.value, bar.max]).toEqual([61_000, 100_000]);
  expect(screen.getByRole('status').textContent).toBe('正在移动 · 已处理 61,000 / 100,000 个党组织 · 61%');
});

test('one that waits has a bar at its beginning', () => {
  render(<MoveProgress job={job({ state: 'WAITING', progress: { done: 0, total: 3 } })} />);
  expect((screen.getByRole('progressbar', { name: '等待处理' }) as HTMLProgressElement).value).toBe(0);
});

test('one that was done says so, without a bar', () => {
  render(<MoveProgress job={job({ state: 'DONE', progress: { done: 3, total: 3 } })} />);
  expect(screen.getByText('上级已变更')).toBeTruthy();
  expect(screen.queryByRole('progressbar')).toBeNull();
});

test('one that failed says why, and that nothing was changed', () => {
  const refusal = {
    code: 'JOB_RIGHTS_ENDED' as const,
    message: '办理人已不再具有所需权限，未执行',
    path: ['input', 'id'],
    rule: 'R02',
    hint: null,
  };
  const error = makeFragmentData(refusal, RefusalFragmentDoc);
  const { container } = render(<MoveProgress job={job({ state: 'FAILED', error })} />);
  expect(screen.getByText('办理人已不再具有所需权限，未执行')).toBeTruthy();
  expect(container.querySelector('[data-code="JOB_RIGHTS_ENDED"]')).toBeTruthy();
  expect(screen.getByText('没有任何内容被改动。')).toBeTruthy();
  expect(screen.queryByRole('progressbar')).toBeNull();
});

test('what has not ended is looked at again', () => {
  expect(lookAgain([])).toBe(false);
  expect(lookAgain([job({ state: 'DONE' }), job({ state: 'FAILED' })])).toBe(false);
  expect(lookAgain([job({ state: 'DONE' }), job({ state: 'WAITING' })])).toBe(1_000);
});
