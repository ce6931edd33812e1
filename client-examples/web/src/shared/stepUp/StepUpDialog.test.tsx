import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ConfigProvider } from 'antd';
import { expect, test, vi } from 'vitest';

import { type Challenge, GraphqlFailure, NotConfirmed } from '../api/failures';
import { desk } from './desk';
import { confirmableMs } from './StepUpDialog';
import { StepUpHost } from './StepUpHost';

const challenge = (change: Partial<Challenge> = {}): Challenge => ({
  id: 's1',
  summary: '停用账号：王建国',
  details: [{ name: '原因', value: '已调离' }],
  expiresAt: new Date(Date.now() + 120_000).toISOString(),
  byClick: true,
  options: null,
  ...change,
});

const show = () =>
  render(
    <ConfigProvider button={{ autoInsertSpace: false }}>
      <StepUpHost />
    </ConfigProvider>,
  );

test('what would be done is shown before it is confirmed', async () => {
  show();
  let asked: Promise<unknown> | undefined;
  act(() => {
    asked = desk.confirm(challenge());
  });
  await screen.findByText('停用账号：王建国');
  expect(screen.getByText('已调离')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: '确认执行' }));
  expect(await asked).toEqual({ id: 's1' });
  await screen.findByText('正在执行……');
  act(() => desk.close());
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('cancelling confirms nothing', async () => {
  show();
  let asked: Promise<unknown> | undefined;
  act(() => {
    asked = desk.confirm(challenge());
    asked.catch(() => undefined);
  });
  await userEvent.click(await screen.findByRole('button', { name: '取消' }));
  await expect(asked).rejects.toBeInstanceOf(NotConfirmed);
  act(() => desk.close());
});

test('a challenge whose time is over can only be left', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  try {
    show();
    act(() => {
      // Whatever the clock of the server says: the one of the browser may be off.
      desk.confirm(challenge({ expiresAt: new Date(0).toISOString() })).catch(() => undefined);
    });
    await screen.findByRole('button', { name: '确认执行' });
    act(() => vi.advanceTimersByTime(confirmableMs));
    await screen.findByText('确认时间已过，请重新提交。');
    expect(screen.queryByRole('button', { name: '确认执行' })).toBeNull();
    act(() => screen.getByRole('button', { name: '返回表单' }).click());
    act(() => desk.close());
  } finally {
    vi.useRealTimers();
  }
});

test('a refused confirmation is explained and can be started again', async () => {
  show();
  let again: Promise<void> | undefined;
  act(() => {
    again = desk.explain(new GraphqlFailure('内容已变化', 'STEP_UP_FAILED', 'r-9'));
  });
  await screen.findByText('内容已变化');
  expect(screen.getByText('请求编号：r-9')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: '重新确认' }));
  await expect(again).resolves.toBeUndefined();
  act(() => desk.close());
});
