// Runs in CloudFront (JavaScript runtime 2.0) on every request for the API, before the gateway sees it.
import cf from 'cloudfront';

// Terraform writes the lists.
const ALLOWED_ORIGINS = [];
const FIXED_SEGMENTS = [];

const MAX_BODY_BYTES = 4400000; // of which the invocation makes 6 MB, in base64
const DIRECT_UPLOADS = ' Upload larger files directly to storage: start with POST /api/mocs/with-files/initialize.';
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

async function handler(event) {
  const request = event.request;
  request.uri = canonical(request.uri);
  if (Number(header(request, 'content-length')) > MAX_BODY_BYTES) {
    return tooLarge(event);
  }
  authorizeByCookie(request);
  // Set and never passed on: whoever else knows the secret could say these things, too.
  request.headers['x-viewer-address'] = { value: event.viewer.ip };
  delete request.headers['x-origin-secret'];
  const secret = await originSecret();
  if (secret) {
    request.headers['x-origin-secret'] = { value: secret };
  }
  return request;
}

// The spelling by which the gateway finds its routes: the application's own rule, for routes know no other spelling.
function canonical(uri) {
  let path = uri;
  if (path.endsWith('/') && /[^/]/.test(path)) {
    path = path.slice(0, -1);
  }
  if (path.slice(0, 9).toLowerCase() === '/api/api/') {
    path = path.slice(4);
  }
  return path
    .split('/')
    .map((segment) => (FIXED_SEGMENTS.includes(segment.toLowerCase()) ? segment.toLowerCase() : segment))
    .join('/');
}

// The gateway's authorizer reads the Authorization header only. The application still has to know that it was a cookie,
// which browsers send by themselves: such a request needs a proof against forgery.
function authorizeByCookie(request) {
  delete request.headers['x-token-source'];
  if (/^bearer +\S/i.test(header(request, 'authorization'))) {
    return;
  }
  const cookie = request.cookies.token;
  if (!cookie) {
    return;
  }
  // Of several the last, as the application does.
  const token = cookie.multiValue ? cookie.multiValue[cookie.multiValue.length - 1].value : cookie.value;
  if (JWT.test(token)) {
    request.headers['authorization'] = { value: 'Bearer ' + token };
    request.headers['x-token-source'] = { value: 'cookie' };
  }
}

// Empty until somebody has set it: then the application refuses, and nothing is open by mistake.
async function originSecret() {
  try {
    return await cf.kvs().get('origin-secret');
  } catch (error) {
    return '';
  }
}

// In the application's words, which never sees such a request: the gateway would refuse it with a body of its own.
function tooLarge(event) {
  const request = event.request;
  const message =
    'The request is too large to pass through the API: at most 4.4 MB are accepted here.' +
    (request.uri.startsWith('/api/mocs') ? DIRECT_UPLOADS : '');
  const body = {
    success: false,
    statusCode: 413,
    code: 'PAYLOAD_TOO_LARGE',
    message: message,
    error: message,
    requestId: event.context.requestId,
  };
  if (request.uri.startsWith('/api/wishlist')) {
    body.status = 413;
    body.error = body.code;
  }
  const headers = {
    'content-type': { value: 'application/json; charset=utf-8' },
    'cache-control': { value: 'no-store' },
    'x-content-type-options': { value: 'nosniff' },
    'x-request-id': { value: event.context.requestId },
    vary: { value: 'Origin' },
  };
  const origin = header(request, 'origin');
  if (ALLOWED_ORIGINS.includes(origin)) {
    headers['access-control-allow-origin'] = { value: origin };
    headers['access-control-allow-credentials'] = { value: 'true' };
    headers['access-control-expose-headers'] = { value: 'X-Request-Id' };
  }
  return {
    statusCode: 413,
    statusDescription: 'Payload Too Large',
    headers: headers,
    body: { encoding: 'text', data: JSON.stringify(body) },
  };
}

function header(request, name) {
  return request.headers[name] ? request.headers[name].value : '';
}
