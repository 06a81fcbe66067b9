// The small pure parts: keys, attributes, images, the session's configuration, one-shot callbacks, promises, the event queue.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { DECODERS, readBoolean, readChoice, readPolicy, readSeed, warner } from '../src/page/attributes.js';
import { eventLine } from '../src/page/engine-events.js';
import { PlaybackError } from '../src/page/errors.js';
import { EventQueue } from '../src/page/event-queue.js';
import { FrameCallbacks } from '../src/page/frame-callbacks.js';
import { actionOf } from '../src/page/keys.js';
import { PlayPromises } from '../src/page/play-promises.js';
import { imageType } from '../src/page/poster.js';
import { sessionConfig } from '../src/page/session-config.js';
import { manifest } from '../manifest.js';

test('keys are the desktop player\'s', () => {
  assert.equal(actionOf({ key: ' ' }), 'pause');
  assert.equal(actionOf({ key: 'M' }), 'mute');
  assert.equal(actionOf({ key: '9' }), 'volumedown');
  assert.equal(actionOf({ key: '0' }), 'volumeup');
  assert.equal(actionOf({ key: '/', code: 'NumpadDivide' }), 'volumedown');
  assert.equal(actionOf({ key: '/', code: 'Slash' }), undefined);
  assert.equal(actionOf({ key: 'f', ctrlKey: true }), undefined, 'the browser\'s own');
  assert.equal(actionOf({ key: 'toString' }), undefined);
});

test('a bad attribute warns once and is the default', () => {
  const said = mock.method(console, 'warn', () => {});
  const warn = warner();
  assert.equal(readChoice('decoder', 'hardware', DECODERS, warn), 'auto');
  assert.equal(readChoice('decoder', 'hardware', DECODERS, warn), 'auto');
  assert.equal(said.mock.callCount(), 1);
  assert.equal(readChoice('decoder', ' Software ', DECODERS, warn), 'software');
  assert.equal(readPolicy('policy', '{bad', warn), undefined);
  assert.equal(readPolicy('policy', '[1]', warn), undefined);
  assert.deepEqual(readPolicy('policy', '{"standby":"hot"}', warn), { standby: 'hot' });
  assert.equal(readSeed('seed', '-1', warn), undefined);
  assert.equal(readSeed('seed', '7', warn), 7);
  assert.equal(said.mock.callCount(), 4);
  said.mock.restore();
});

test('booleans take an explicit false', () => {
  assert.deepEqual([null, '', 'true', 'False', ' false '].map(readBoolean), [false, true, true, false, false]);
});

test('a poster is what its bytes say, and only pixels', () => {
  const bytes = (text) => new Uint8Array([...text].map((letter) => letter.charCodeAt(0)));
  assert.equal(imageType(bytes('\x89PNG\r\n\x1a\n....')), 'image/png');
  assert.equal(imageType(bytes('\xff\xd8\xff\xe0')), 'image/jpeg');
  assert.equal(imageType(bytes('RIFF....WEBPVP8 ')), 'image/webp');
  assert.equal(imageType(bytes('GIF89a')), 'image/gif');
  assert.equal(imageType(bytes('<svg onload="alert(1)">')), '');
  assert.equal(imageType(bytes('<!doctype html>')), '');
  assert.equal(imageType(bytes('RIFF....AVI ')), '');
  assert.equal(imageType(bytes('')), '');
});

test('a playlist is played without a service, anything else is a status URL', () => {
  const plain = sessionConfig({ src: 'https://a.example/x/Live.M3U8?t=1', fallback: ['https://b.example/l.m3u8'], seed: 3 });
  assert.deepEqual(plain, { statusUrl: '', seed: 3, sources: [
    { name: 'primary', url: 'https://a.example/x/Live.M3U8?t=1' }, { name: 'fallback', url: 'https://b.example/l.m3u8' }] });
  const service = sessionConfig({ src: 'https://a.example/playout/x', fallback: [], policy: { standby: 'hot' } });
  assert.equal(service.statusUrl, 'https://a.example/playout/x');
  assert.deepEqual(service.sources, []);
  assert.deepEqual(service.policy, { standby: 'hot' });
  assert.ok(Number.isSafeInteger(service.seed));
  assert.ok(!('maxBandwidth' in service));
});

test('three plain sources are named as on the desktop', () => {
  const { sources } = sessionConfig({ src: 'https://a.example/1.m3u8', fallback: ['https://a.example/2.m3u8', 'https://a.example/3.m3u8'], seed: 1 });
  assert.deepEqual(sources.map(({ name }) => name), ['primary', 'fallback-1', 'fallback-2']);
});

test('frame callbacks are called once, can be cancelled, and the worker is asked only while there are some', () => {
  const asked = [];
  const frames = new FrameCallbacks((on) => asked.push(on));
  const seen = [];
  frames.request((now) => {
    seen.push(now);
    if (now < 2) frames.request((again) => seen.push(again));
  });
  frames.cancel(frames.request(() => seen.push('cancelled')));
  frames.deliver({}, 1);
  assert.deepEqual(asked, [true], 'asking again from within a callback is no reason to turn it off and on');
  frames.deliver({}, 2);
  frames.deliver({}, 3);
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(asked, [true, false]);
});

test('promises of play() are kept by playing and broken by pause and error', async () => {
  const promises = new PlayPromises();
  const kept = promises.add();
  promises.see('playing');
  await kept;
  const paused = promises.add();
  promises.see('pause');
  await assert.rejects(paused, { name: 'AbortError' });
  const failed = promises.add();
  promises.see('error');
  await assert.rejects(failed, { name: 'NotSupportedError' });
});

test('events that listeners cause come after those that are due already', () => {
  const target = new EventTarget();
  const queue = new EventQueue(target);
  const seen = [];
  for (const name of ['a', 'b', 'c']) target.addEventListener(name, () => seen.push(name));
  target.addEventListener('a', () => queue.dispatch(new Event('c')));
  queue.dispatch(new Event('a'), new Event('b'));
  assert.deepEqual(seen, ['a', 'b', 'c']);
});

test('error numbers become MediaError codes', () => {
  assert.deepEqual([1002, 2008, 3003, 4000].map((code) => new PlaybackError({ code }).code), [4, 2, 4, 3]);
});

test('an event is one line for a person', () => {
  assert.equal(eventLine({ type: 'switched', at_ms: 1500, from: 'ch-a', source: 'ch-b', reason: 'reset' }), '    1.500 s  switched  ch-a → ch-b  reset');
});

test('the manifest names every attribute that the element observes', async () => {
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(new URL('../src/page/element.js', import.meta.url), 'utf8');
  const lists = [...source.matchAll(/^const (?:SESSION|START|LIVE) = \[(.*)\];/gm)].flatMap(([, list]) => [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name));
  assert.deepEqual(lists.sort(), manifest.modules[0].declarations[0].attributes.map(({ name }) => name).sort());
});
