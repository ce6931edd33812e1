import i18next from 'i18next';
import { expect, test } from 'vitest';

import en from '../../locales/en/accounts.json';
import zh from '../../locales/zh-CN/accounts.json';
import { reasonInWords } from './reasons';

test('internal reasons are told in words, and what is unknown stands as it is', async () => {
  const own = i18next.createInstance();
  await own.init({ lng: 'zh-CN', resources: { 'zh-CN': { accounts: zh }, en: { accounts: en } } });
  const t = own.getFixedT('zh-CN', 'accounts');
  expect(reasonInWords(t, 'WrongPassword')).toBe('密码错误');
  expect(reasonInWords(t, 'AttestationUntrustedAaguid')).toBe('密钥型号不在允许范围内，或证明不成立');
  expect(reasonInWords(t, 'SomethingNew')).toBe('SomethingNew');
  expect(reasonInWords(t, '离任，已交接')).toBe('离任，已交接');
  expect(reasonInWords(t, null)).toBeNull();
  expect(reasonInWords(own.getFixedT('en', 'accounts'), 'MismatchedChallenge')).toBe('An answer to another question');
  expect(Object.keys(zh.event.reasons)).toEqual(Object.keys(en.event.reasons));
});
