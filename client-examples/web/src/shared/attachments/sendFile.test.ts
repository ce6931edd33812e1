import { afterEach, expect, test, vi } from 'vitest';

import { sendFile } from './sendFile';

const file = new File(['%PDF-1.7'], '批复 1.pdf');

const answering = (status: number, body: unknown) => {
  const fetch = vi.fn().mockResolvedValue({ status, json: () => Promise.resolve(body) });
  vi.stubGlobal('fetch', fetch);
  return fetch;
};

afterEach(() => vi.unstubAllGlobals());

test('the bytes go out bare and the name in the address', async () => {
  const fetch = answering(200, { upload: { id: 'upl_1' }, userErrors: [] });
  expect(await sendFile(file, 'file')).toEqual({ uploadId: 'upl_1', userErrors: [] });
  const [address, options] = fetch.mock.calls[0] as [string, RequestInit];
  expect(address).toBe(`/files?name=${encodeURIComponent('批复 1.pdf')}`);
  expect(options.body).toBe(file);
});

test('a refusal stands at the field of the form', async () => {
  answering(200, { upload: null, userErrors: [{ code: 'ATTACHMENT_TYPE', message: 'no', path: ['file'], hint: null }] });
  const sent = await sendFile(file, 'document');
  expect(sent.uploadId).toBeNull();
  expect(sent.userErrors[0]).toMatchObject({ code: 'ATTACHMENT_TYPE', path: ['input', 'document'] });
});

test('anything else is a failure', async () => {
  answering(403, { errors: [{ message: 'no right', extensions: { code: 'FORBIDDEN' } }] });
  await expect(sendFile(file, 'file')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  answering(502, null);
  await expect(sendFile(file, 'file')).rejects.toMatchObject({ name: 'NetworkFailure' });
});
