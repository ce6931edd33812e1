import { expect, test } from 'vitest';

import { csvCell, csvText } from './csv';

test.each(['=1+1', '+86', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '＋1', '－1', '＠a'])('%j is no formula any more', (value) => {
  expect(csvCell(value).replace(/^"/, '')).toMatch(/^'/);
});

test('names stay as they are', () => {
  expect(csvCell('张三')).toBe('张三');
  expect(csvCell('zhangsan0512')).toBe('zhangsan0512');
});

test('commas, quotes and line ends stay inside their cell', () => {
  expect(csvCell('一,二')).toBe('"一,二"');
  expect(csvCell('"一"')).toBe('"""一"""');
  expect(csvCell('一\n二')).toBe('"一\n二"');
  expect(csvCell('=HYPERLINK("x","y")')).toBe('"\'=HYPERLINK(""x"",""y"")"');
});

test('a spreadsheet knows it for UTF-8', () => {
  expect(csvText([['姓名', '用户名'], ['张三', '']])).toBe('\ufeff姓名,用户名\r\n张三,\r\n');
});
