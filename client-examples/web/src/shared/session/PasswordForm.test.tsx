import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { PasswordForm } from './PasswordForm';

const policy = { profile: 'asvs', minimum: 8 } as const;
const refusal = (status: number, extra: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ errors: [{ message: '…', extensions: { code: 'X' } }], ...extra }), { status, headers });

const fill = async (repeat = 'neues-passwort') => {
  await userEvent.type(screen.getByLabelText('原密码'), 'altes-passwort');
  await userEvent.type(screen.getByLabelText('新密码'), 'neues-passwort');
  await userEvent.type(screen.getByLabelText('再次输入新密码'), repeat);
  await userEvent.click(screen.getByRole('button', { name: '修改密码' }));
};

afterEach(() => vi.unstubAllGlobals());

test('two different entries are not sent, a wrong old password is refused at its field, and the right one passes', async () => {
  const fetched = vi
    .fn()
    .mockResolvedValueOnce(refusal(422, { problems: [{ code: 'PasswordWrong', field: 'old', message: '原密码错误' }] }))
    .mockResolvedValueOnce(new Response('{"ok":true}'));
  vi.stubGlobal('fetch', fetched);
  const done = vi.fn();
  render(<PasswordForm policy={policy} onDone={done} />);

  await fill('etwas-anderes');
  await screen.findByText('两次输入不一致');
  expect(fetched).not.toHaveBeenCalled();

  await userEvent.clear(screen.getByLabelText('再次输入新密码'));
  await userEvent.type(screen.getByLabelText('再次输入新密码'), 'neues-passwort');
  await userEvent.click(screen.getByRole('button', { name: '修改密码' }));
  const message = await screen.findByText('原密码错误');
  expect(message.closest('.ant-form-item')?.querySelector('label')?.textContent).toBe('原密码');
  expect(done).not.toHaveBeenCalled();

  await userEvent.click(screen.getByRole('button', { name: '修改密码' }));
  await vi.waitFor(() => expect(done).toHaveBeenCalledOnce());
  const sent = fetched.mock.calls.map(([, init]) => JSON.parse((init as { body: string }).body) as unknown);
  expect(sent[1]).toEqual({ old: 'altes-passwort', new: 'neues-passwort' });
});

test('too many tries are counted down', async () => {
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(refusal(429, {}, { 'retry-after': '30' })));
  render(<PasswordForm policy={policy} onDone={() => undefined} />);
  await fill();
  expect((await screen.findByText(/尝试次数过多/)).textContent).toMatch(/(30|29) 秒/);
});
