import { expect, test } from 'vitest';

import type { RosterRowFragment } from '../../gql/graphql';
import { rosterCsv } from './roster';

const row = (name: string, userName: string | null, rest: Partial<RosterRowFragment> = {}) =>
  ({ person: { id: name, name }, userName, state: userName ? 'ACTIVE' : null, flags: [], ...rest }) as RosterRowFragment;

test('the file names people and login names, and is harmless in a spreadsheet', () => {
  const text = rosterCsv([row('张三', 'zhangsan'), row('=2+3', null), row('李四', 'lisi', { flags: ['DUPLICATE_NAME'] })], (key) => key);
  expect(text).toBe(
    '\ufefffield.person,field.userName,field.state\r\n张三,zhangsan,state.ACTIVE\r\n\'=2+3,,state.NONE\r\n李四,lisi,state.ACTIVE flag.DUPLICATE_NAME\r\n',
  );
});
