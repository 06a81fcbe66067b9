// The demo's server against a service that only writes down what it is asked.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('serve.js', import.meta.url));
const OWN = { 'Sec-Fetch-Site': 'same-origin' };

describe('serve.js', () => {
  let dist, service, child, base;
  const asked = [];
  before(async () => {
    dist = await mkdtemp(path.join(tmpdir(), 'understudy-demo-'));
    for (const name of ['element.js', 'engine.wasm']) await writeFile(path.join(dist, name), 'content');
    service = createServer(async (incoming, answer) => {
      const body = (await incoming.toArray()).join('');
      asked.push(`${incoming.method} ${incoming.url} ${body} ${incoming.headers.authorization}`);
      answer.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    child = spawn(process.execPath, [program, '--port', '0', '--dist', dist, '--service', `http://127.0.0.1:${service.address().port}`, '--isolated'], { stdio: ['ignore', 'pipe', 'inherit'] });
    [base] = await once(createInterface({ input: child.stdout }), 'line');
  });
  after(async () => {
    child.kill();
    service.close();
    await rm(dist, { recursive: true });
  });

  /** As it is: fetch() would tidy the path. */
  const status = (target) => new Promise((resolve) => { request(new URL(base), { path: target }, (answer) => { answer.resume(); resolve(answer.statusCode); }).end(); });

  test('serves page and package with their types, isolated if asked to', async () => {
    const page = await fetch(base);
    assert.match(page.headers.get('content-type'), /text\/html/);
    assert.equal(page.headers.get('cross-origin-embedder-policy'), 'require-corp');
    assert.equal((await fetch(`${base}dist/engine.wasm`)).headers.get('content-type'), 'application/wasm');
    assert.match((await fetch(`${base}dist/element.js`)).headers.get('content-type'), /text\/javascript/);
  });

  test('shows nothing beside its folders', async () => {
    for (const target of ['/../serve.js', '/%2e%2e/serve.js', '/dist/../../serve.js', '/%', '/dist', '/demo.js/']) assert.equal(await status(target), 404, target);
  });

  test('passes the buttons on with the key', async () => {
    const key = `Basic ${Buffer.from('demo:demo').toString('base64')}`;
    for (const action of ['drop', 'restore', 'stop', 'start']) assert.equal((await fetch(`${base}api/ch-a/${action}`, { method: 'POST', headers: OWN })).status, 204);
    assert.deepEqual(asked, [`POST /channels/ch-a/faults [{"fault":"drop"}] ${key}`, `DELETE /channels/ch-a/faults  ${key}`, `POST /channels/ch-a/stop  ${key}`, `POST /channels/ch-a/start {} ${key}`]);
  });

  test('takes them from its own page only, and no others', async () => {
    const known = asked.length;
    assert.equal((await fetch(`${base}api/ch-a/drop`, { method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site' } })).status, 403);
    assert.equal((await fetch(`${base}api/ch-a/drop`, { headers: OWN })).status, 403);
    assert.equal((await fetch(`${base}api/ch-a/constructor`, { method: 'POST', headers: OWN })).status, 404);
    assert.equal(asked.length, known);
  });

  test('says what is wrong and ends', () => {
    const said = (...given) => spawnSync(process.execPath, [program, ...given], { encoding: 'utf8' });
    assert.match(said('--port', new URL(base).port, '--dist', dist).stderr, /is in use/);
    assert.match(said('--port', 'x', '--dist', dist).stderr, /x is not a port/);
    assert.match(said('--bogus').stderr, /bogus/);
    assert.match(said('--dist', '/nowhere').stderr, /not built/);
    assert.equal(said('--bogus').status, 1);
    assert.equal(said('--help').status, 0);
  });
});
