// What the network and the page can get wrong: nothing of it is executed, nothing hangs, and the reason is a typed error.
// tests/integration/bad_input_test.cpp has more of the network's for the same engine; here is what a browser adds.
import assert from 'node:assert/strict';
import test from 'node:test';
import { world } from './support/world.js';

const env = world();
const { open, staged } = env;
const GARBAGE = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919 + (i >> 3)) % 256));
const HTML = '<!doctype html><script>window.top.executed = true; parent.executed = true</script><img src=x onerror="window.executed = true">';

/** @param {import('./support/watcher.js').Watcher} viewer @param {string} code an engine error told by an event */
const untilError = (viewer, code) => viewer.until(`an error ${code}`, async () => (await viewer.events()).some(({ error }) => error?.code === code));

/** Alive: it takes another source and plays it, and nothing of what came before was executed.
 * @param {import('./support/watcher.js').Watcher} viewer @param {import('./support/service.js').Service} service */
async function playsOn(viewer, service) {
  const index = await service.addChannel('good');
  await viewer.watch(service.playout('good'));
  await viewer.untilPicture(index);
  assert.equal(await viewer.page.evaluate(() => 'executed' in window), false);
}

for (const [name, code, body, type] of /** @type {const} */ ([
  ['garbage', 'bad_status_document', GARBAGE, 'application/json'],
  ['a web page', 'bad_status_document', HTML, 'text/html'],
  ['nothing', 'bad_status_document', '', 'application/json'],
  ['a script as playout URL', 'bad_status_document', '{"version":1,"id":"a","kind":"channel","active":true,"channel":{"id":"a","status":{"code":"playing"}},"playout":{"hls":"javascript:alert(1)"}}', 'application/json'],
  ['nesting without an end', 'limit_exceeded', '['.repeat(100_000), 'application/json'],
])) {
  test(`${name} for a status document is an error, and the player lives`, () => staged(async (service) => {
    const viewer = await open();
    await viewer.watch(env.pages.text('/playout/bad', body, type));
    await untilError(viewer, code);
    await playsOn(viewer, service);
  }));
}

for (const [name, code, playlist, segment] of /** @type {const} */ ([
  ['a web page for a playlist', 'bad_playlist', HTML, ''],
  ['garbage for a playlist', 'bad_playlist', GARBAGE, ''],
  ['garbage for segments', 'bad_media', null, GARBAGE],
  ['a web page for segments', 'bad_media', null, HTML],
  ['empty segments', 'bad_media', null, ''],
])) {
  test(`${name} is an error, and the player lives`, () => staged(async (service) => {
    env.pages.text('/bad/s.ts', segment, 'video/mp2t');
    const listed = playlist ?? `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n${['s', 's', 's', 's'].map((s) => `#EXTINF:2,\n/bad/${s}.ts\n`).join('')}`;
    const viewer = await open();
    await viewer.watch(env.pages.text('/bad/a.m3u8', listed, 'application/vnd.apple.mpegurl'));
    await untilError(viewer, code);
    await playsOn(viewer, service);
  }));
}

for (const [name, src] of /** @type {const} */ ([['of another protocol', 'ftp://127.0.0.1/a.m3u8'], ['that is a script', 'javascript:window.executed = true'],
  ['that is none', 'http://:not a url:'], ['of a file', 'file:///etc/passwd']])) {
  test(`a URL ${name} is refused with a typed error`, () => staged(async (service) => {
    const viewer = await open();
    await viewer.watch(src);
    await viewer.until('an error', () => viewer.page.evaluate(() => window.viewer.element.error?.name === 'bad_url'));
    await viewer.untilCard('error');
    await playsOn(viewer, service);
  }));
}

test('a URL where nobody listens is asked again, and says why', () => staged(async (service) => {
  const viewer = await open();
  await viewer.watch('http://127.0.0.1:9/playout/a');
  await untilError(viewer, 'connect_failed');
  await playsOn(viewer, service);
}));

test('HTML in an announcement is text', () => staged(async (service) => {
  await service.addChannel('a', { start: false, announcement: HTML });
  const viewer = await open();
  await viewer.watch(service.playout('a'));
  await viewer.untilCard('pre_live');
  const card = await viewer.card();
  assert.ok(card?.text.includes('<img src=x'), card?.text);
  assert.ok(!card?.html.includes('<img src=x') && !card?.html.includes('<script'), card?.html);
  await playsOn(viewer, service);
}));

test('a huge poster is refused, and the announcement is shown without it', () => staged(async (service) => {
  const poster = env.pages.text('/poster.png', Buffer.alloc(9 << 20, 'x'), 'image/png');
  await service.addChannel('a', { start: false, announcement: 'Soon.', poster });
  const viewer = await open();
  await viewer.watch(service.playout('a'));
  await viewer.untilCard('pre_live');
  await untilError(viewer, 'response_too_large');
  assert.match((await viewer.card())?.text ?? '', /Soon\./);
}));

test('attributes with bad values warn and fall back', () => staged(async (service) => {
  await service.addChannel('a');
  const viewer = await open({ policy: '{not json', decoder: 'abacus', seed: 'x', visible: 'perhaps' });
  await viewer.watch(service.playout('a'));
  await viewer.untilPicture(1);
  for (const name of ['policy', 'decoder', 'seed', 'visible']) {
    assert.ok(viewer.log.some((line) => line.startsWith('warning:') && line.includes(name)), `${name}: ${viewer.log.join('\n')}`);
  }
}));

for (const [name, query] of /** @type {[string, Record<string, string>][]} */ ([
  ['engine', { 'wasm-url': '/nothing/engine.wasm' }],
  ['worker', { 'worker-url': '/nothing/worker.js' }],
])) {
  test(`a missing ${name} is a typed error`, () => staged(async (service) => {
    await service.addChannel('a');
    const viewer = await open(query);
    await viewer.watch(service.playout('a'));
    await viewer.until('an error', () => viewer.page.evaluate(() => window.viewer.element.error !== null));
    const { code, message, heard, refused } = await viewer.page.evaluate(() => {
      const { element, heard: events, refused: why } = window.viewer;
      return { code: element.error.code, message: element.error.message, heard: events, refused: why };
    });
    assert.ok(code > 0 && message.length > 0);
    assert.ok(heard.includes('error'));
    assert.equal(refused.length, 1, 'play() is refused');
    await viewer.untilCard('error');
  }));
}

test('missing software decoders are a typed error where nothing else may decode', () => staged(async (service) => {
  await service.addChannel('a');
  const viewer = await open({ decoder: 'software', 'decoders-url': '/nothing/software.js' });
  await viewer.watch(service.playout('a'));
  await viewer.until('an error that says so', async () => (await viewer.events()).some(({ error }) => error?.code === 'decoder_unavailable' || error?.code === 'unsupported_media')
    || await viewer.page.evaluate(() => window.viewer.element.error !== null));
}));
