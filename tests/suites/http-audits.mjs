// GraphQL over HTTP: every audit of graphql-http, a SHOULD and a MAY as much as a MUST.
//
//   node http-audits.mjs ADDRESS [TOKEN]

import { auditServer } from 'graphql-http';
import { finish, note } from './report.mjs';

const AUDITS = 61;
const [, , address, token] = process.argv;

const asSomeone = (url, options = {}) =>
  fetch(url, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });

const results = await auditServer({ url: `${address}/graphql`, fetchFn: token ? asSomeone : fetch });
for (const result of results) {
  note(`${result.id} ${result.name}`, result.status === 'ok' ? '' : `${result.status}: ${result.reason}`);
}
// A newer suite with other audits must be looked at, not only counted.
if (results.length !== AUDITS) note('number of audits', `${results.length} instead of ${AUDITS}`);
finish();
