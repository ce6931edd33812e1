import { expect, test, vi } from 'vitest';

import { type Challenge, GraphqlFailure, NetworkFailure, NotConfirmed } from './failures';
import { type Confirmation, type Desk, withStepUp } from './stepUp';

const challenge: Challenge = {
  id: 's1',
  summary: '撤销组织：一支部',
  details: [],
  expiresAt: '2030-01-01T00:00:00Z',
  byClick: false,
  options: {},
};
const required = (id = 's1') => new GraphqlFailure('请确认', 'STEP_UP_REQUIRED', 'r', { ...challenge, id });
const refused = () => new GraphqlFailure('内容已变化', 'STEP_UP_FAILED', 'r');

const deskOf = (parts: Partial<Desk> = {}): Desk => ({
  confirm: vi.fn((asked: Challenge) => Promise.resolve({ id: asked.id, credential: 'signed' })),
  explain: vi.fn(() => Promise.resolve()),
  close: vi.fn(),
  ...parts,
});

test('what needs no confirmation never comes to the desk', async () => {
  const desk = deskOf();
  expect(await withStepUp(() => Promise.resolve('done'), desk)).toBe('done');
  expect(desk.confirm).not.toHaveBeenCalled();
  expect(desk.close).not.toHaveBeenCalled();
});

test('the same request is sent again with what was signed', async () => {
  const send = vi.fn<(confirmation?: Confirmation) => Promise<string>>().mockRejectedValueOnce(required()).mockResolvedValueOnce('done');
  const desk = deskOf();
  expect(await withStepUp(send, desk)).toBe('done');
  expect(send.mock.calls).toEqual([[undefined], [{ id: 's1', credential: 'signed' }]]);
  expect(desk.close).toHaveBeenCalledOnce();
});

test('whoever does not confirm has sent nothing more', async () => {
  const send = vi.fn().mockRejectedValue(required());
  const desk = deskOf({ confirm: () => Promise.reject(new NotConfirmed()) });
  await expect(withStepUp(send, desk)).rejects.toBeInstanceOf(NotConfirmed);
  expect(send).toHaveBeenCalledOnce();
  expect(desk.close).toHaveBeenCalledOnce();
});

test('a refused confirmation starts from the beginning, with a new challenge', async () => {
  const send = vi
    .fn<(confirmation?: Confirmation) => Promise<string>>()
    .mockRejectedValueOnce(required('s1'))
    .mockRejectedValueOnce(refused())
    .mockRejectedValueOnce(required('s2'))
    .mockResolvedValueOnce('done');
  const desk = deskOf();
  expect(await withStepUp(send, desk)).toBe('done');
  expect(desk.explain).toHaveBeenCalledOnce();
  expect(send.mock.calls.map(([confirmation]) => confirmation?.id)).toEqual([undefined, 's1', undefined, 's2']);
});

test('a session that cannot confirm shows what the server said', async () => {
  const failure = new GraphqlFailure('请使用安全密钥登录', 'STEP_UP_REQUIRED', 'r', null);
  const desk = deskOf();
  await expect(withStepUp(() => Promise.reject(failure), desk)).rejects.toBe(failure);
  expect(desk.confirm).not.toHaveBeenCalled();
});

test('without an answer to the confirmed request the dialog goes and the failure stays', async () => {
  const send = vi.fn().mockRejectedValueOnce(required()).mockRejectedValueOnce(new NetworkFailure());
  const desk = deskOf();
  await expect(withStepUp(send, desk)).rejects.toBeInstanceOf(NetworkFailure);
  expect(desk.close).toHaveBeenCalledOnce();
});
