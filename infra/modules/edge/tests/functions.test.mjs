// node --test: the functions of the edge, run as CloudFront runs them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const ORIGIN = 'https://app.example.com';
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln-_bmF0dXJl';
const SEGMENTS = JSON.parse(readFileSync(new URL('../../api/routes.json', import.meta.url)));
const FIXED = [...SEGMENTS.public, ...SEGMENTS.protected]
  .flatMap((key) => key.split(' ')[1].split('/'))
  .filter((segment) => segment && !segment.startsWith('{'));

function source(name) {
  return readFileSync(new URL(`../functions/${name}`, import.meta.url), 'utf8');
}

/** The handler, with the lists that Terraform writes and a key value store that holds `keys`. */
function load(name, keys = {}) {
  const kvs = () => ({
    get: async (key) => {
      if (!(key in keys)) throw new Error(`KeyNotFound: ${key}`);
      return keys[key];
    },
  });
  const code = source(name)
    .replace("import cf from 'cloudfront';", '')
    .replace('const ALLOWED_ORIGINS = [];', `const ALLOWED_ORIGINS = ${JSON.stringify([ORIGIN])};`)
    .replace('const FIXED_SEGMENTS = [];', `const FIXED_SEGMENTS = ${JSON.stringify(FIXED)};`);
  return new Function('cf', `${code}\nreturn handler;`)({ kvs });
}

function event({ uri = '/api/mocs', headers = {}, cookies = {}, method = 'GET' } = {}) {
  const wrapped = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
  return {
    context: { requestId: 'request-1' },
    viewer: { ip: '203.0.113.7' },
    request: { method, uri, querystring: {}, headers: wrapped, cookies },
  };
}

const handler = load('api_request.js', { 'origin-secret': 'only-the-edge-knows' });
const sent = async (given) => (await handler(event(given))).headers;

test('the cookie becomes the Authorization header, and says that it was a cookie', async () => {
  const headers = await sent({ cookies: { token: { value: TOKEN } } });
  assert.equal(headers.authorization.value, `Bearer ${TOKEN}`);
  assert.equal(headers['x-token-source'].value, 'cookie');
});

for (const authorization of ['Bearer of-the-page', 'bearer   of-the-page']) {
  test(`a bearer of its own stays: ${authorization}`, async () => {
    const headers = await sent({ headers: { authorization }, cookies: { token: { value: TOKEN } } });
    assert.equal(headers.authorization.value, authorization);
    assert.equal(headers['x-token-source'], undefined);
  });
}

for (const authorization of ['Basic abc', 'Bearer ', 'Bearer']) {
  test(`what is no bearer gives way to the cookie: "${authorization}"`, async () => {
    const headers = await sent({ headers: { authorization }, cookies: { token: { value: TOKEN } } });
    assert.equal(headers.authorization.value, `Bearer ${TOKEN}`);
  });
}

test('of several cookies the last counts, as in the application', async () => {
  const value = 'a.b.c';
  const headers = await sent({ cookies: { token: { value, multiValue: [{ value }, { value: TOKEN }] } } });
  assert.equal(headers.authorization.value, `Bearer ${TOKEN}`);
});

for (const value of ['', 'nonsense', 'a.b', 'a.b.c, Bearer d.e.f', 'a.b.c\r\nx-origin-secret: guess']) {
  test(`a cookie that is no token becomes no header: ${JSON.stringify(value)}`, async () => {
    const headers = await sent({ cookies: { token: { value } } });
    assert.equal(headers.authorization, undefined);
    assert.equal(headers['x-token-source'], undefined);
  });
}

test('a request without a token passes: the gateway knows which routes are public', async () => {
  assert.equal((await sent()).authorization, undefined);
});

test('what only the edge may say cannot be said by clients', async () => {
  const guesses = { 'x-origin-secret': 'guess', 'x-viewer-address': '192.0.2.1', 'x-token-source': 'guess' };
  const headers = await sent({ headers: guesses });
  assert.equal(headers['x-origin-secret'].value, 'only-the-edge-knows');
  assert.equal(headers['x-viewer-address'].value, '203.0.113.7');
  assert.equal(headers['x-token-source'], undefined);
});

test('without a secret in the store none is sent, not even the one of the client', async () => {
  const answer = await load('api_request.js')(event({ headers: { 'x-origin-secret': 'guess' } }));
  assert.equal(answer.headers['x-origin-secret'], undefined);
});

const paths = {
  '/': '/',
  '/health/': '/health',
  '/API/Mocs/Search': '/api/mocs/search',
  '/api/api/mocs/': '/api/mocs',
  '/Api/aPi/wishlist': '/api/wishlist',
  '/api/mocs/AbC/Parts-Lists/XyZ/': '/api/mocs/AbC/parts-lists/XyZ',
  '/api/users/User%2FOne': '/api/users/User%2FOne',
  '//health': '//health',
  '/nowhere/At/All': '/nowhere/At/All',
};
for (const [given, expected] of Object.entries(paths)) {
  test(`the gateway sees ${given} as ${expected}`, async () => {
    assert.equal((await handler(event({ uri: given }))).uri, expected);
  });
}

test('a body that no invocation can carry is refused in the words of the application', async () => {
  const headers = { 'content-length': '4400001', origin: ORIGIN };
  const answer = await handler(event({ method: 'POST', uri: '/API/mocs/with-files', headers }));
  const { message, error, ...rest } = JSON.parse(answer.body.data);
  assert.equal(answer.statusCode, 413);
  assert.deepEqual(rest, { success: false, statusCode: 413, code: 'PAYLOAD_TOO_LARGE', requestId: 'request-1' });
  assert.equal(message, error);
  assert.match(message, /4\.4 MB.*POST \/api\/mocs\/with-files\/initialize/);
  assert.equal(answer.headers['access-control-allow-origin'].value, ORIGIN);
  assert.equal(answer.headers['access-control-allow-credentials'].value, 'true');
});

test('the largest body that fits passes', async () => {
  assert.equal((await handler(event({ headers: { 'content-length': '4400000' } }))).uri, '/api/mocs');
});

test('a refusal has the keys of the wishlist there, and no CORS for strangers', async () => {
  const headers = { 'content-length': '9999999', origin: 'https://evil.example' };
  const answer = await handler(event({ uri: '/api/wishlist/upload-image', headers }));
  const body = JSON.parse(answer.body.data);
  assert.deepEqual([body.status, body.error], [413, 'PAYLOAD_TOO_LARGE']);
  assert.doesNotMatch(body.message, /initialize/);
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
});

test('a file is found by the path behind /uploads', () => {
  const request = load('file_request.js')(event({ uri: '/uploads/gallery/1/2.webp' }));
  assert.equal(request.uri, '/gallery/1/2.webp');
});

for (const name of ['api_request.js', 'file_request.js']) {
  test(`${name} fits into CloudFront's runtime`, () => {
    assert.ok(source(name).length < 10 * 1024 - 2048, 'a function has 10 KB, the lists included');
    const unknown = /\.\.\.|\?\.|\?\?|\bfor\s*\(.*\bof\b|\bclass\b|(const|let|var)\s*[{[]/;
    assert.doesNotMatch(source(name), unknown, 'njs knows no spread, no ?., no ??, no for-of, no class, no destructuring');
  });
}
