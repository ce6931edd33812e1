import { afterEach, expect, test, vi } from 'vitest';

import { TypedDocumentString } from '../../gql/graphql';
import { onRequest, shownRequest } from '../stepUp/desk';
import { type Departure, onDeparture } from './departures';
import { NotConfirmed } from './failures';
import { gqlFetch } from './gqlFetch';

const document = new TypedDocumentString<{ save: string }, { input: object }>('mutation Save { save }');
const answer = (body: object) => ({ ok: true, status: 200, json: () => Promise.resolve(body) }) as Response;
const failing = (code: string, extra: object = {}) => answer({ errors: [{ message: code, extensions: { code, ...extra } }] });
const stepUp = { id: 's1', summary: '…', details: [], expiresAt: '2030-01-01T00:00:00Z', byClick: true, options: null };

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['UNAUTHENTICATED', 'signedOut'],
  ['PASSWORD_CHANGE_REQUIRED', 'newPassword'],
] as const)('%s makes the page be left', async (code, departure) => {
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(failing(code)));
  const heard: Departure[] = [];
  const stop = onDeparture((what) => heard.push(what));
  await expect(gqlFetch(document, { input: {} })).rejects.toThrow(code);
  stop();
  expect(heard).toEqual([departure]);
});

test('a dangerous mutation is confirmed in the dialog and sent again under the same key', async () => {
  const fetched = vi.fn().mockResolvedValueOnce(failing('STEP_UP_REQUIRED', { stepUp })).mockResolvedValueOnce(answer({ data: { save: 'a' } }));
  vi.stubGlobal('fetch', fetched);
  const stop = onRequest(() => {
    const request = shownRequest();
    if (request?.phase === 'ask') request.answer({ id: request.challenge.id });
  });
  expect(await gqlFetch(document, { input: { name: '一' } }, { idempotencyKey: 'k' })).toEqual({ save: 'a' });
  stop();
  const [first, second] = fetched.mock.calls.map(([, init]) => init as { body: string; headers: Record<string, string> });
  expect(second?.headers['idempotency-key']).toBe('k');
  expect(first?.headers['idempotency-key']).toBe('k');
  expect(JSON.parse(second?.body ?? '')).toEqual({ ...JSON.parse(first?.body ?? ''), extensions: { stepUp: { id: 's1' } } });
  expect(shownRequest()).toBeNull();
});

test('closing the dialog leaves nothing behind', async () => {
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(failing('STEP_UP_REQUIRED', { stepUp })));
  const stop = onRequest(() => {
    const request = shownRequest();
    if (request?.phase === 'ask') request.refuse();
  });
  await expect(gqlFetch(document, { input: {} })).rejects.toBeInstanceOf(NotConfirmed);
  stop();
  expect(shownRequest()).toBeNull();
});
