// What graphql-cop probes, in our own words: ways to overload, to trick and to sound out a server.
// As a stranger against a demonstration and against a server in production, and the overloads
// once more as someone who is signed in.
//
//   node probes.mjs DEMONSTRATION OPEN TOKEN PRODUCTION
//
// OPEN is in production but answers texts of strangers; PRODUCTION answers listed documents only.

import { check, ensure, finish } from './report.mjs';

const [, , demonstration, open, token, production] = process.argv;

const times = (count, part) => Array.from({ length: count }, (_, number) => part(number)).join(' ');

/** Who sends, and where to. */
function client(address, headers = {}) {
  const post = async (body, contentType = 'application/json') => {
    const began = performance.now();
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { ...headers, ...(contentType && { 'content-type': contentType }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text), took: performance.now() - began };
  };
  const get = async (path, more = {}) => {
    const response = await fetch(`${address}${path}`, { headers: { ...headers, ...more }, redirect: 'manual' });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  };
  return { post, get, query: (query) => post({ query }) };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const codes = (answer) => (answer.json?.errors ?? []).map((error) => error.extensions?.code);

function tooComplex(answer) {
  ensure(answer.json?.data == null, `it was executed: ${answer.text.slice(0, 120)}`);
  ensure(codes(answer).join() === 'TOO_COMPLEX', `answered ${answer.status} ${answer.text.slice(0, 120)}`);
}

/** Nothing of the inside: no trace, no path, no SQL, no backtrace. */
function discreet(text) {
  const inside = /stack|backtrace|panicked|exception|\.rs\b|\/src\/|diesel|postgres|SELECT |pg_|RUST_/i.exec(text);
  ensure(!inside, `speaks of the inside: ${inside?.[0]}`);
}

async function overloads(who, server) {
  await check(`${who}: alias overload`, async () => {
    tooComplex(await server.query(`{ ${times(101, (n) => `a${n}: __typename`)} }`));
    tooComplex(await server.query(`{ server { ${times(101, (n) => `a${n}: version`)} } }`));
  });
  await check(`${who}: field duplication`, async () => {
    tooComplex(await server.query(`{ ${times(500, () => '__typename')} }`));
    tooComplex(await server.query(`{ server { ${times(5000, () => 'version')} } }`));
  });
  await check(`${who}: directive overload`, async () => {
    tooComplex(await server.query(`{ server { version ${times(500, () => '@include(if: true)')} } }`));
    tooComplex(await server.query(`{ server { version ${times(500, () => '@nothing')} } }`));
    const few = await server.query(`{ server { version ${times(10, () => '@include(if: true)')} } }`);
    ensure(codes(few).includes('BAD_DOCUMENT'), `the same directive ten times at one place: ${few.text.slice(0, 120)}`);
  });
  await check(`${who}: circular introspection`, async () => {
    let circle = 'name';
    for (let round = 0; round < 5; round += 1) circle = `fields { type { ${circle} } }`;
    tooComplex(await server.query(`{ __schema { types { ${circle} } } }`));
    let wider = 'name';
    for (let round = 0; round < 6; round += 1) wider = `possibleTypes { interfaces { ${wider} } }`;
    tooComplex(await server.query(`{ __schema { types { ${wider} } } }`));
    tooComplex(await server.query('{ __type(name: "Node") { ...a } } fragment a on __Type { possibleTypes { ...b } } fragment b on __Type { interfaces { ...c } } fragment c on __Type { possibleTypes { name } }'));
  });
  await check(`${who}: arrays of requests`, async () => {
    const answer = await server.post(Array.from({ length: 10 }, () => ({ query: '{ __typename }' })));
    ensure(answer.status === 400 && !Array.isArray(answer.json), `answered ${answer.status} ${answer.text.slice(0, 120)}`);
  });
  await check(`${who}: a refusal costs no time`, async () => {
    let best = Infinity;
    for (let round = 0; round < 3; round += 1) {
      best = Math.min(best, (await server.query(`{ ${times(101, (n) => `a${n}: __typename`)} }`)).took);
    }
    // Generous: programs that were not optimized, beside others at work.
    ensure(best < 250, `${Math.round(best)} ms`);
  });
}

async function asStranger(who, address) {
  const server = client(address);
  await overloads(who, server);
  await check(`${who}: suggestions of names`, async () => {
    for (const query of ['{ __schema { directive } }', '{ serve { version } }', '{ server { versio } }', '{ organizations(firs: 1) { nodes { id } } }', 'query($x: Organizatio) { server { version } }']) {
      const answer = await server.query(query);
      ensure(answer.json?.errors?.length > 0, `${query} was answered: ${answer.text.slice(0, 120)}`);
      ensure(!/did you mean|你是否/i.test(answer.text), answer.text.slice(0, 160));
    }
  });
  await check(`${who}: introspection`, async () => {
    for (const query of ['{ __schema { types { name fields { name } } } }', '{ __type(name: "Person") { name fields { name } } }', '{ __schema { queryType { name } } }']) {
      const answer = await server.query(query);
      ensure(answer.json?.data?.__schema == null && answer.json?.data?.__type == null, answer.text.slice(0, 120));
    }
  });
  await check(`${who}: mutation by GET`, async () => {
    for (const query of ['mutation { __typename }', 'mutation { grantEnd(input: { id: "x", version: 1 }) { userErrors { code } } }']) {
      const answer = await server.get(`/graphql?query=${encodeURIComponent(query)}`);
      ensure(answer.status === 405 && answer.headers.get('allow') === 'POST', `answered ${answer.status}, Allow: ${answer.headers.get('allow')}`);
    }
  });
  await check(`${who}: query by GET from another site`, async () => {
    const answer = await server.get(`/graphql?query=${encodeURIComponent('{ viewer { readOnly } }')}`, { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' });
    // Reading is all that a GET can do, and no other site may look at the answer.
    ensure(answer.headers.get('access-control-allow-origin') === null, 'other origins may read the answer');
    ensure(answer.headers.get('cross-origin-resource-policy') === 'same-origin', 'other sites may embed the answer');
    ensure(answer.headers.get('x-content-type-options') === 'nosniff', 'the answer may be taken for a script');
  });
  await check(`${who}: bodies that a form can send`, async () => {
    const query = new URLSearchParams({ query: '{ __typename }' }).toString();
    for (const [body, type] of [
      [query, 'application/x-www-form-urlencoded'],
      ['{"query":"{ __typename }"}', 'text/plain'],
      ['{"query":"{ __typename }"}', 'text/plain; application/json'],
      ['--b\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{ __typename }"}\r\n--b--', 'multipart/form-data; boundary=b'],
      ['{ __typename }', 'application/graphql'],
    ]) {
      const answer = await server.post(body, type);
      ensure(answer.status === 415, `${type} was answered ${answer.status}`);
    }
  });
  await check(`${who}: a development environment in the browser`, async () => {
    for (const path of ['/graphiql', '/graphql', '/playground', '/console', '/altair', '/voyager', '/graphql/playground', '/explorer']) {
      const answer = await server.get(path, { accept: 'text/html' });
      ensure(!/graphiql|graphql playground|altair|voyager|apollo sandbox/i.test(answer.text), `${path} shows one`);
    }
  });
  await check(`${who}: traces`, async () => {
    for (const query of ['{ __typename }', '{ server { version } }', '{ organizations { nodes { id } } }']) {
      const answer = await server.post({ query, extensions: { tracing: true, debug: true } });
      ensure(answer.json && !('extensions' in answer.json), answer.text.slice(0, 120));
      discreet(answer.text);
      for (const name of ['server', 'x-powered-by', 'server-timing']) {
        ensure(!answer.headers.has(name), `header ${name}: ${answer.headers.get(name)}`);
      }
    }
  });
  await check(`${who}: errors that nobody handled`, async () => {
    const bodies = [
      { query: 'qwerty cop { abc }' },
      { query: 'query cop { __typename' },
      { query: '{ node(id: "x") { id } }' },
      { query: '{ node(id: 1.5e400) { id } }' },
      { query: 'query($n: Int!) { organizations(first: $n) { nodes { id } } }', variables: { n: 'many' } },
      { query: '{ a: \u0000 }' },
      { query: '{ __typename }', operationName: 'missing' },
      { query: 5 },
      'null',
      '"{ __typename }"',
      '{"query":',
    ];
    for (const body of bodies) {
      const answer = await server.post(body);
      ensure(answer.status < 500, `${JSON.stringify(body)} was answered ${answer.status}`);
      ensure(answer.json !== undefined, `${JSON.stringify(body)}: no JSON`);
      discreet(answer.text);
    }
  });
}

await asStranger('stranger, demonstration', demonstration);
await asStranger('stranger, production', open);

await check('production: listed documents only', async () => {
  const server = client(production);
  for (const query of ['{ __typename }', '{ __schema { queryType { name } } }', '{ serve { version } }', '{', 'mutation { __typename }', '{ organizations { nodes { id } } }']) {
    const answer = await server.query(query);
    ensure(codes(answer).join() === 'UNTRUSTED_DOCUMENT' && answer.json.data === undefined, `${query} was answered ${answer.text.slice(0, 120)}`);
  }
  const unknown = await server.post({ documentId: `sha256:${'0'.repeat(64)}` });
  ensure(codes(unknown).join() === 'UNKNOWN_DOCUMENT', unknown.text.slice(0, 120));
  for (const path of ['/persisted-documents.json', '/graphiql']) {
    const answer = await server.get(path);
    ensure(answer.status === 404, `${path} was answered ${answer.status}`);
  }
});

await overloads('signed in', client(demonstration, { authorization: `Bearer ${token}` }));

await check('production: no open entries', async () => {
  const server = client(production);
  const described = await server.get('/session');
  ensure(described.json?.demonstration === false && described.json.entries.length === 0, described.text);
  const entered = await fetch(`${production}/session/demonstration`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"as":"auditor"}' });
  ensure(entered.status === 404 && !entered.headers.has('set-cookie'), `entering was answered ${entered.status}`);
});

await check('cookie: requests from another site', async () => {
  const entered = await fetch(`${demonstration}/session/demonstration`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"as":"auditor"}' });
  const cookie = entered.headers.getSetCookie().find((value) => value.startsWith('__Host-banyan='));
  ensure(cookie, `no cookie: ${entered.status}`);
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) ensure(cookie.includes(attribute), `without ${attribute}`);
  const mine = client(demonstration, { cookie: cookie.split(';')[0] });
  ensure((await mine.query('{ viewer { readOnly } }')).json?.data?.viewer, 'the cookie does not sign in');
  const foreign = client(demonstration, { cookie: cookie.split(';')[0], origin: 'https://elsewhere.example' });
  ensure((await foreign.query('{ viewer { readOnly } }')).status === 403, 'another origin was answered');
});

// Wrong codes and names are counted, so each run has its own.
const nobody = `nobody${Date.now()}`;

const doors = {
  'key/begin': {},
  'key/finish': { ceremony: '00000000-0000-7000-8000-000000000000', credential: {} },
  'key/password': { ceremony: '00000000-0000-7000-8000-000000000000', password: 'x' },
  'raise/begin': {},
  'raise/finish': { ceremony: '00000000-0000-7000-8000-000000000000', credential: {} },
  password: { userName: nobody, password: 'x' },
  'password/change': { old: 'x', new: 'y' },
  'enrolment/look': { code: nobody },
  'enrolment/begin': { code: nobody },
  'enrolment/finish': { ceremony: '00000000-0000-7000-8000-000000000000', credential: {}, name: 'x' },
  claim: { name: 'x', identityNumber: 'x', code: 'x', password: 'x' },
};

/** The doors by which people sign in: what is not theirs stays outside, whatever it brings. */
for (const [door, body] of Object.entries(doors)) {
  await check(`door ${door}`, async () => {
    const knock = async (sent, headers = { 'content-type': 'application/json' }, method = 'POST') => {
      const response = await fetch(`${production}/session/${door}`, { method, headers, body: sent });
      const text = await response.text();
      ensure(!response.headers.has('set-cookie'), `a cookie for ${sent}`);
      ensure(response.headers.get('cache-control') === 'no-store', `may be kept: ${response.headers.get('cache-control')}`);
      discreet(text);
      return { status: response.status, text };
    };
    const json = JSON.stringify(body);
    const expect = async (status, ...tried) => {
      const answer = await knock(...tried);
      ensure(answer.status === status, `${JSON.stringify(tried).slice(0, 80)} was answered ${answer.status} ${answer.text.slice(0, 80)}, not ${status}`);
    };
    await expect(405, undefined, {}, 'GET');
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) await expect(415, json, { 'content-type': type });
    await expect(403, json, { 'content-type': 'application/json', origin: 'https://elsewhere.example' });
    for (const broken of ['', '{', '[]', 'null', '{"ceremony":1,"code":1,"old":1,"name":1,"userName":1}']) {
      const answer = await knock(broken);
      ensure([400, 401].includes(answer.status), `${broken} was answered ${answer.status}`);
    }
    // As it should be, and with what the database cannot hold, in texts and as texts.
    for (const whole of [json, JSON.stringify(body, (_, value) => (value === 'x' || value === nobody ? `${nobody}\0` : value)), json.replaceAll(/"[xy]"|"nobody\d*"/g, '"\\ud800"')]) {
      const answer = await knock(whole);
      ensure([400, 401, 404].includes(answer.status) || (door === 'key/begin' && answer.status === 200), `${whole} was answered ${answer.status} ${answer.text}`);
    }
  });
}

await check('doors: a name that nobody has is asked for a key like any other', async () => {
  const options = async (userName) => {
    const response = await fetch(`${production}/session/key/begin`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userName }) });
    ensure(response.status === 200, `answered ${response.status}`);
    return (await response.json()).options;
  };
  const [once, again, other] = [await options('nobody'), await options('nobody'), await options('nobody2')];
  // One to three, as accounts have; the number hangs on the server's secret.
  ensure([1, 2, 3].includes(once.allowCredentials.length), `asked for ${once.allowCredentials.length} credentials`);
  ensure(JSON.stringify(once.allowCredentials) === JSON.stringify(again.allowCredentials), 'another one every time');
  ensure(once.allowCredentials[0].id !== other.allowCredentials[0].id, 'the same one for everyone');
  ensure(once.challenge !== again.challenge && Buffer.from(once.challenge, 'base64url').length >= 16, 'the challenge is not fresh');
});

finish();
