// Asks a host's own code for redirects. Standard input: {engine, folder, file, requests: [{host, path}]}, where `folder` is
// where package.json was installed, `file` what our writer made and `path` a request target with its query. Standard
// output: {errors: [...], answers: [[status, location] or null, ...]}.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

const asked = JSON.parse(readFileSync(0, 'utf8'));
const modules = asked.folder ? join(asked.folder, 'node_modules') : '';
const require = createRequire(import.meta.url);
const scratch = mkdtempSync(join(tmpdir(), 'linkreclaim-'));

function saved(name, text) {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
}

const load = (...parts) => import(pathToFileURL(join(modules, ...parts)).href);

async function netlify() {
  const { parseAllRedirects } = await load('@netlify', 'redirect-parser', 'lib', 'index.js');
  const read = await parseAllRedirects({ redirectsFiles: [saved('_redirects', asked.file)], minimal: false });
  const rules = read.redirects.map((rule) => ({ ...rule, origin: rule.from, params: rule.query }));
  const matcher = await require(join(modules, 'netlify-redirector')).parseJSON(JSON.stringify(rules), {});
  const answers = asked.requests.map(({ host, path }) => {
    const [pathname, ...query] = path.split('?');
    const found = matcher.match({
      scheme: 'https', host, path: pathname, query: query.join('?'), headers: {}, cookieValues: {},
      getHeader: () => '', getCookie: () => '',
    });
    return found ? [found.status, found.to] : null;
  });
  return { errors: read.errors.map(String), answers };
}

async function pages() {
  const { transformSync } = require(join(modules, 'amaro'));
  const home = join(modules, '@cloudflare', 'pages-shared');
  for (const folder of ['metadata-generator', 'asset-server']) {
    for (const name of readdirSync(join(home, folder)).filter((each) => each.endsWith('.ts'))) {
      const { code } = transformSync(readFileSync(join(home, folder, name), 'utf8'), { mode: 'transform' });
      saved(name.replace(/ts$/, 'mjs'), code.replace(/from "(?:\.\/|\.\.\/[a-z-]+\/)([A-Za-z]+)"/g, 'from "./$1.mjs"'));
    }
  }
  const made = (name) => import(pathToFileURL(join(scratch, `${name}.mjs`)).href);
  const parsed = (await made('parseRedirects')).parseRedirects(asked.file);
  const metadata = (await made('createMetadataObject')).createMetadataObject({ redirects: parsed });
  const { generateHandler } = await made('handler');
  const answers = [];
  for (const { host, path } of asked.requests) {
    const response = await generateHandler({
      request: new Request(`https://${host}${path}`), metadata, xServerEnvHeader: '', logError: () => {},
      findAssetEntryForPath: async () => null, getAssetKey: () => '', negotiateContent: () => ({ encoding: null }),
      fetchAsset: async () => ({ body: null, contentType: '' }),
      generateNotFoundResponse: async () => new Response(null, { status: 404 }),
    });
    answers.push(response.status === 404 ? null : [response.status, response.headers.get('location')]);
  }
  return { errors: parsed.invalid.map((rule) => rule.message), answers };
}

async function vercel() {
  const { getTransformedRoutes } = require(join(modules, '@vercel', 'routing-utils'));
  const { routes, error } = getTransformedRoutes(JSON.parse(asked.file));
  const compiled = (routes || []).map((route) => ({ ...route, match: new RegExp(route.src) }));
  const answers = asked.requests.map(({ host, path }) => {
    const [pathname, ...search] = path.split('?');
    const query = new URLSearchParams(search.join('?'));
    for (const route of compiled) {
      const match = route.match.exec(pathname);
      const holds = (route.has || []).every(({ type, key, value }) =>
        new RegExp(`^(?:${value})$`).test(type === 'host' ? host : query.get(key) ?? '\n'));
      if (match && holds) return [route.status, route.headers.Location.replace(/\$(\d)/g, (_, n) => match[Number(n)] ?? '')];
    }
    return null;
  });
  return { errors: error ? [JSON.stringify(error)] : [], answers };
}

async function next() {
  const { pathToRegexp, compile } = require(join(modules, 'path-to-regexp-updated'));
  const list = require(saved('list.cjs', asked.file));
  const compiled = list.map((one) => ({ ...one, keys: [] }));
  compiled.forEach((one) => { one.match = pathToRegexp(one.source, one.keys, { strict: true, sensitive: false, delimiter: '/' }); });
  const answers = asked.requests.map(({ host, path }) => {
    const [pathname, ...search] = path.split('?');
    const query = new URLSearchParams(search.join('?'));
    for (const one of compiled) {
      const match = one.match.exec(pathname);
      const holds = (one.has || []).every(({ type, key, value }) =>
        new RegExp(`^(?:${value})$`).test(type === 'host' ? host : query.get(key) ?? '\n'));
      if (match && holds) {
        const captures = Object.fromEntries(one.keys.map((key, at) => [key.name, match[at + 1]]));
        const [, origin, rest] = /^(https?:\/\/[^/]+)?(.*)$/.exec(one.destination);
        const [target, tail] = [rest.split(/[?#]/)[0], rest.slice(rest.split(/[?#]/)[0].length)];
        return [one.statusCode, (origin || '') + compile(target, { validate: false })(captures) + tail];
      }
    }
    return null;
  });
  return { errors: [], answers };
}

async function cloudfront() {
  const store = new Map(asked.store.data.map(({ key, value }) => [key, value]));
  const errors = store.size === asked.store.data.length ? [] : ['a key stands twice'];
  const kvs = { get: async (key) => { if (!store.has(key)) throw new Error('KeyNotFound'); return store.get(key); } };
  const context = vm.createContext({ cf: { kvs: () => kvs } });
  vm.runInContext(asked.file.replace("import cf from 'cloudfront';", ''), context);
  const answers = [];
  for (const { host, path } of asked.requests) {
    const at = path.indexOf('?');
    const request = {
      method: 'GET', uri: at < 0 ? path : path.slice(0, at), querystring: {}, headers: { host: { value: host } }, cookies: {},
      rawQueryString: () => (at < 0 ? undefined : path.slice(at + 1)),
    };
    const event = { version: '1.0', context: { eventType: 'viewer-request' }, viewer: { ip: '192.0.2.1' }, request };
    const answer = await context.handler(event);
    const location = answer.headers?.location?.value ?? null;
    answers.push(answer === request ? null : [answer.statusCode, location]);
  }
  return { errors, answers };
}

try {
  const ask = { netlify, cloudflare: pages, vercel, next, 'aws-cloudfront': cloudfront }[asked.engine];
  process.stdout.write(JSON.stringify(await ask()));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
