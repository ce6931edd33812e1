import { afterEach, expect, test, vi } from 'vitest';

import { NetworkFailure, SessionRefusal } from './failures';
import { changePassword, endSession, enterWithPassword } from './session';

const answer = (status: number, body: object | null, headers: Record<string, string> = {}) =>
  new Response(body && JSON.stringify(body), { status, headers });
const refusal = (code: string, message: string) => ({ errors: [{ message, extensions: { code, requestId: 'r-1' } }] });

afterEach(() => vi.unstubAllGlobals());

const refused = async (run: Promise<unknown>): Promise<SessionRefusal> => {
  const error = await run.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SessionRefusal)) throw new Error('not refused');
  return error;
};

test('a refusal carries its words, code and request', async () => {
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(answer(401, refusal('SIGN_IN_FAILED', '用户名或密码错误'))));
  const error = await refused(enterWithPassword('a', 'b'));
  expect(error).toMatchObject({ message: '用户名或密码错误', code: 'SIGN_IN_FAILED', status: 401, details: { requestId: 'r-1' } });
});

test('too many tries name the seconds to wait', async () => {
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(answer(429, refusal('TOO_MANY_TRIES', '…'), { 'retry-after': '17' })));
  expect((await refused(enterWithPassword('a', 'b'))).details.retryAfter).toBe(17);
});

test('problems of a password come with their fields', async () => {
  const problems = [{ code: 'PasswordWrong', field: 'old', message: '原密码错误' }];
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(answer(422, { ...refusal('X', '…'), problems })));
  expect((await refused(changePassword({ old: 'a', new: 'b' }))).details.problems).toEqual(problems);
});

test('an answer of a proxy is none', async () => {
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response('<html>', { status: 502 })));
  await expect(enterWithPassword('a', 'b')).rejects.toBeInstanceOf(NetworkFailure);
});

test('an empty answer is an answer', async () => {
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(answer(204, null)));
  await expect(endSession()).resolves.toBeNull();
});
