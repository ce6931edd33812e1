import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';

import { TypedDocumentString } from '../../gql/graphql';
import { NetworkFailure } from './failures';
import { useSubmission } from './useSubmission';

interface Result {
  save: { thing: string | null; userErrors: never[] };
}

const document = new TypedDocumentString<Result, { input: object }>('mutation Save { save }');
const answer = (body: object) => ({ ok: true, status: 200, json: () => Promise.resolve(body) }) as Response;
const done = { data: { save: { thing: 'a', userErrors: [] } } };
const refused = {
  data: { save: { thing: null, userErrors: [{ code: 'REQUIRED', message: '必填', path: ['input', 'name'] }] } },
};

const hook = () => renderHook(() => useSubmission(document, (result) => result.save, [])).result;
const keys = (fetched: ReturnType<typeof vi.fn>) =>
  fetched.mock.calls.map(([, init]) => (init as { headers: Record<string, string> }).headers['idempotency-key']);

afterEach(() => vi.unstubAllGlobals());

test('a submission without an answer is repeated under the same key', async () => {
  const fetched = vi.fn().mockRejectedValueOnce(new TypeError('offline')).mockResolvedValueOnce(answer(done));
  vi.stubGlobal('fetch', fetched);
  const result = hook();

  await act(() => result.current.submit({ input: { name: '一' } }));
  expect(result.current.failure).toBeInstanceOf(NetworkFailure);
  await act(() => result.current.submit({ input: { name: '一' } }));

  expect(result.current.failure).toBeNull();
  expect(keys(fetched)[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys(fetched)[1]).toBe(keys(fetched)[0]);
});

test('another content is another submission', async () => {
  const fetched = vi.fn().mockRejectedValueOnce(new TypeError('offline')).mockResolvedValueOnce(answer(done));
  vi.stubGlobal('fetch', fetched);
  const result = hook();

  await act(() => result.current.submit({ input: { name: '一' } }));
  await act(() => result.current.submit({ input: { name: '二' } }));

  expect(keys(fetched)[1]).not.toBe(keys(fetched)[0]);
});

test('a refusal is an answer: the same content sent again is asked anew', async () => {
  const fetched = vi.fn().mockResolvedValueOnce(answer(refused)).mockResolvedValueOnce(answer(done));
  vi.stubGlobal('fetch', fetched);
  const result = hook();

  await act(() => result.current.submit({ input: { name: '一' } }));
  expect(result.current.userErrors).toMatchObject([{ code: 'REQUIRED' }]);
  await act(() => result.current.submit({ input: { name: '一' } }));

  expect(result.current.userErrors).toEqual([]);
  expect(keys(fetched)[1]).not.toBe(keys(fetched)[0]);
});

test('an answer that is not GraphQL counts as none', async () => {
  const fetched = vi.fn().mockResolvedValue({ ok: false, status: 502, json: () => Promise.reject(new Error('html')) });
  vi.stubGlobal('fetch', fetched);
  const result = hook();

  await act(() => result.current.submit({ input: {} }));
  await act(() => result.current.submit({ input: {} }));

  expect(keys(fetched)[1]).toBe(keys(fetched)[0]);
});
