import { expect, test } from 'vitest';

import { changedValues, filledValues } from './changed';

test('what is as it was is not sent', () => {
  expect(changedValues({ name: '一', code: '2' }, { name: '一', code: '3' })).toEqual({ code: '3' });
});

test('nothing, null and empty text are the same', () => {
  expect(changedValues<{ phone?: string | null }>({ phone: null }, { phone: '' })).toEqual({});
  expect(changedValues({}, { phone: undefined })).toEqual({});
});

test('an emptied field is cleared', () => {
  expect(changedValues({ phone: '138****1234' }, { phone: ' ' })).toEqual({ phone: null });
});

test('a masked value left alone counts as unchanged', () => {
  expect(changedValues({ phone: '138****1234' }, { phone: '138****1234' })).toEqual({});
});

test('a new record is sent without what was left empty', () => {
  expect(filledValues({ name: ' 一支部 ', code: '', address: null, foundedOn: undefined })).toEqual({ name: '一支部' });
});
