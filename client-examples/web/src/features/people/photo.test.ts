import { expect, test } from 'vitest';

import { photoProblem, readBase64 } from './photo';

test('a photo is a small JPEG or PNG', () => {
  expect(photoProblem({ type: 'image/png', size: 1000 })).toBeNull();
  expect(photoProblem({ type: 'image/webp', size: 1000 })).toBe('wrongKind');
  expect(photoProblem({ type: 'image/jpeg', size: 204_801 })).toBe('tooLarge');
});

test('bytes of any length become base64', async () => {
  const bytes = new Uint8Array(20_000).map((_, index) => index % 256);
  const blob = { arrayBuffer: () => Promise.resolve(bytes.buffer) } as Blob;
  const text = await readBase64(blob);
  expect(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))).toEqual(bytes);
});
