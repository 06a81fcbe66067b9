// The element in a real browser, its worker played by a test: attributes, events, cards, keys, coming and going.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { waitFor } from '../support/wait.js';
import { openStage, toldOf, until, WAIT_MS } from './stage.js';

const MEDIA = ['loadstart', 'play', 'waiting', 'durationchange', 'resize', 'loadedmetadata', 'loadeddata', 'canplay', 'playing', 'pause', 'ended', 'emptied', 'error', 'volumechange'];
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

describe('the element', () => {
  let stage, page, context, log;
  before(async () => { stage = await openStage(); });
  after(() => stage.close());
  beforeEach(async () => { ({ page, context, log } = await stage.open()); });
  afterEach(() => context.close());

  const play = async (attributes = {}) => {
    await page.evaluate(([names, given]) => window.add({ src: '/playout/ch-a', autoplay: '', muted: '', ...given }, names), [MEDIA, attributes]);
    await toldOf(page, 'load');
    await page.evaluate(() => window.starts());
    await until(page, 'playing', () => window.heard.some(({ name }) => name === 'playing') && window.player.stats);
  };
  const names = () => page.evaluate(() => window.heard.map(({ name }) => name));

  test('tells the worker once who it is and what to load', async () => {
    await page.evaluate(() => window.add({ src: '/playout/ch-a', autoplay: '', muted: '', decoder: 'software', seed: '7', policy: '{"standby":"hot"}' }));
    const [init] = await toldOf(page, 'init');
    const [load] = await toldOf(page, 'load');
    assert.equal(init.decoder, 'software');
    assert.equal(init.hasCanvas, true);
    assert.equal(init.engineUrl, `${stage.pages.base}/dist/engine.wasm`);
    assert.equal(init.softwareUrl, `${stage.pages.base}/dist/decoders/software.js`);
    assert.ok(init.sampleRate >= 8000);
    assert.deepEqual(load.config, { statusUrl: `${stage.pages.base}/playout/ch-a`, sources: [], seed: 7, policy: { standby: 'hot' } });
    assert.equal((await page.evaluate(() => window.told.filter(({ type }) => type === 'load'))).length, 1);
  });

  test('plays lists without a service, with fallbacks', async () => {
    await page.evaluate(() => window.add({ src: 'a.m3u8', fallback: ' b.m3u8\n/c.m3u8 ', autoplay: '', muted: '' }));
    const [{ config }] = await toldOf(page, 'load');
    const { base } = stage.pages;
    assert.equal(config.statusUrl, '');
    assert.deepEqual(config.sources, [{ name: 'primary', url: `${base}/element/a.m3u8` }, { name: 'fallback-1', url: `${base}/element/b.m3u8` }, { name: 'fallback-2', url: `${base}/c.m3u8` }]);
  });

  test('events come in the order of a media element, each after its state', async () => {
    await play();
    assert.deepEqual((await names()).filter((name) => name !== 'volumechange'), ['loadstart', 'play', 'waiting', 'durationchange', 'resize', 'loadedmetadata', 'loadeddata', 'canplay', 'playing']);
    const metadata = await page.evaluate(() => window.heard.find(({ name }) => name === 'loadedmetadata'));
    assert.equal(metadata.videoWidth, 640);
    assert.ok(metadata.readyState >= 1);
    assert.equal(await page.evaluate(() => window.heard.find(({ name }) => name === 'playing').state), 'playing');
    const heard = await page.evaluate(() => window.heard.find(({ name }) => name === 'play'));
    assert.equal(heard.paused, false);
    assert.equal(await page.evaluate(() => window.player.source), 'ch-a');
    assert.equal(await page.evaluate(() => window.player.duration), Infinity);
  });

  test('each engine event is a DOM event without underscores, and an engineevent', async () => {
    await play();
    await page.evaluate(() => {
      window.watch(window.player, ['switched', 'engineerror', 'engineevent']);
      window.event('switched', { from: 'ch-a', source: 'ch-b', reason: 'reset' });
      window.event('error', { error: { code: 'http_status', number: 2008, detail: '503' } });
    });
    await until(page, 'both', () => window.heard.some(({ name }) => name === 'engineerror'));
    assert.deepEqual((await names()).slice(-4), ['engineevent', 'switched', 'engineevent', 'engineerror']);
    assert.equal(await page.evaluate(() => window.heard.find(({ name }) => name === 'switched').detail.from), 'ch-a');
    assert.equal(await page.evaluate(() => window.player.source), 'ch-b');
    assert.equal(await page.evaluate(() => window.player.error), null, 'an error of one source is none of the player');
    assert.deepEqual(await page.evaluate(() => window.player.log.map(({ type }) => type)), ['started', 'switched', 'error']);
  });

  test('pause, play, mute and switchTo reach the worker', async () => {
    await play();
    const kept = await page.evaluate(async () => {
      window.player.pause();
      await window.player.play();
      window.player.muted = false;
      return [window.player.switchTo('ch-b'), window.player.switchTo(), window.player.switchTo('nobody')];
    });
    assert.deepEqual(kept, [true, true, false]);
    await toldOf(page, 'switchTo');
    assert.deepEqual(await page.evaluate(() => window.told.filter(({ type }) => type === 'switchTo').map(({ id }) => id)), [1, null]);
    assert.deepEqual(await page.evaluate(() => window.told.filter(({ type }) => type === 'pause').map(({ paused }) => paused)), [true, false]);
    assert.deepEqual((await names()).slice(-4), ['pause', 'play', 'playing', 'volumechange']);
  });

  test('without autoplay nothing is asked for until play()', async () => {
    await page.evaluate(() => window.add({ src: '/playout/ch-a', muted: '', controls: '' }));
    assert.equal(await page.evaluate(() => window.shadow('.big').checkVisibility()), true);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.deepEqual(await page.evaluate(() => window.told), []);
    await page.evaluate(() => { window.shadow('.big').click(); });
    await toldOf(page, 'load');
    assert.equal(await page.evaluate(() => window.player.paused), false);
  });

  test('announcements are text, whatever is in them, and read out politely', async () => {
    await play();
    const words = '<img src=x onerror="window.executed = true"><script>window.executed = true</scr' + 'ipt> & back at eight';
    await page.evaluate((text) => window.state('pre_live', window.card('pre_live', { announcement: text, detail: text })), words);
    await until(page, 'the card', () => !window.shadow('.card').hidden);
    assert.equal(await page.evaluate(() => window.shadow('[part=announcement]').textContent), words);
    assert.equal(await page.evaluate(() => window.shadow('[part=announcement]').childElementCount), 0);
    assert.equal(await page.evaluate(() => window.shadow('[part=announcement]').closest('[aria-live]').getAttribute('aria-live')), 'polite');
    assert.equal(await page.evaluate(() => window.executed), undefined);
  });

  test('a poster is shown if it is an image; an SVG or a page is not', async () => {
    await play();
    const show = (bytes) => page.evaluate((list) => window.state('pre_live', window.card('pre_live', { announcement: String(list.length), poster: new Uint8Array(list).buffer })), bytes);
    await show([...Buffer.from(PNG, 'base64')]);
    await until(page, 'the poster', () => window.shadow('.poster').naturalWidth === 1);
    await show([...Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.executed = true"/>')]);
    await until(page, 'no poster', () => window.shadow('.poster').hidden);
    assert.equal(await page.evaluate(() => window.executed), undefined);
  });

  test('the cards of joining, stopped and error, and none while it plays', async () => {
    await page.evaluate(() => window.add({ src: '/playout/ch-a', autoplay: '', muted: '' }));
    const shown = () => page.evaluate(() => (window.shadow('.card').hidden ? 'none' : window.shadow('.card').dataset.kind));
    await until(page, 'the joining card', () => window.shadow('.card').dataset.kind === 'joining');
    await toldOf(page, 'load');
    await page.evaluate(() => window.starts());
    await until(page, 'no card', () => window.shadow('.card').hidden);
    await page.evaluate(() => window.state('stopped', window.card('stopped')));
    await until(page, 'the card', () => !window.shadow('.card').hidden);
    assert.equal(await shown(), 'stopped');
    assert.equal(await page.evaluate(() => window.shadow('.announcement').textContent), 'The stream has ended.');
    assert.equal(await page.evaluate(() => window.player.ended), true);
  });

  test('an id that the service refuses is an error, until it is not', async () => {
    await page.evaluate((media) => window.add({ src: '/playout/nobody', autoplay: '', muted: '' }, media), MEDIA);
    await toldOf(page, 'load');
    await page.evaluate(() => {
      window.event('error', { error: { code: 'unknown_id', number: 1002, detail: '404', http_status: 404 } });
      window.state('joining', window.card('error', { detail: 'unknown id' }));
    });
    await until(page, 'the error', () => window.player.error);
    assert.deepEqual(await page.evaluate(() => ({ code: window.player.error.code, name: window.player.error.name })), { code: 4, name: 'unknown_id' });
    await page.evaluate(() => window.starts());
    await until(page, 'playing', () => window.heard.some(({ name }) => name === 'playing'));
    assert.equal(await page.evaluate(() => window.player.error), null);
  });

  test('an engine that cannot be loaded is a typed error with a card, and play() tries again', async () => {
    await page.evaluate((media) => window.add({ src: '/playout/ch-a', autoplay: '', muted: '', 'wasm-url': '/nothing.wasm' }, media), MEDIA);
    await until(page, 'the error', () => window.player.error);
    assert.match(await page.evaluate(() => window.player.error.message), /nothing\.wasm/);
    assert.equal(await page.evaluate(() => window.shadow('.card').dataset.kind), 'error');
    assert.equal(await page.evaluate(() => window.player.play().then(() => 'kept', (error) => error.name)), 'NotSupportedError');
    assert.equal((await page.evaluate(() => window.told.filter(({ type }) => type === 'init'))).length, 2);
  });

  test('a worker that cannot be loaded is a typed error', async () => {
    await page.evaluate(() => window.add({ src: '/playout/ch-a', autoplay: '', muted: '', 'worker-url': '/nothing.js' }));
    await until(page, 'the error', () => window.player.error);
    assert.equal(await page.evaluate(() => window.player.error.name), 'worker_failed');
  });

  test('bad attributes warn once and fall back', async () => {
    await page.evaluate(() => window.add({ src: '/playout/ch-a', autoplay: 'false', muted: 'false', decoder: 'gpu', policy: '{', seed: 'x', visible: 'no', controls: 'false', poster: 'javascript:alert(1)' }));
    await page.evaluate(() => window.player.play().catch(() => {}) && null);
    const [init] = await toldOf(page, 'init');
    const [{ config }] = await toldOf(page, 'load');
    assert.equal(init.decoder, 'auto');
    assert.equal(config.policy, undefined);
    assert.equal(await page.evaluate(() => window.player.muted), false);
    assert.equal(await page.evaluate(() => window.shadow('.controls').hidden), true);
    for (const name of ['decoder', 'policy', 'seed', 'visible', 'poster']) {
      assert.equal(log.filter((line) => line.startsWith(`warning: <understudy-player> ${name}:`)).length, 1, name);
    }
  });

  test('a source that is no URL is an error by name, and nothing of it is loaded', async () => {
    await page.evaluate(() => window.add({ src: 'javascript:alert(1)', autoplay: '' }));
    await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve); }));
    assert.deepEqual(await page.evaluate(() => window.told), []);
    assert.equal(await page.evaluate(() => window.player.networkState), 3); // NETWORK_NO_SOURCE
    assert.equal(await page.evaluate(() => window.player.error.name), 'bad_url');
  });

  test('keys work when the element has the focus, and only then', async () => {
    await play();
    await page.keyboard.press('m');
    assert.equal(await page.evaluate(() => window.player.muted), true);
    await page.evaluate(() => window.player.focus());
    await page.keyboard.press('m');
    assert.equal(await page.evaluate(() => window.player.muted), false);
    await page.keyboard.press('9');
    assert.equal(await page.evaluate(() => window.player.volume), 0.95);
    await page.keyboard.press(' ');
    assert.equal(await page.evaluate(() => window.player.paused), true);
    await page.keyboard.press(' ');
    assert.equal(await page.evaluate(() => window.player.paused), false);
    await page.keyboard.press('i');
    assert.match(await page.evaluate(() => window.shadow('.stats').innerText), /ch-b\s+warm, lag \+400 ms/);
    await page.keyboard.press('i');
    assert.equal(await page.evaluate(() => window.shadow('.stats').hidden), true);
    await page.keyboard.press('b');
    await toldOf(page, 'switchTo');
    await page.keyboard.press('f');
    await until(page, 'full screen', () => document.fullscreenElement === window.player);
  });

  test('moving the element does not interrupt it; removing it releases everything; adding it again starts anew', async () => {
    await play();
    const canvas = await page.evaluateHandle(() => window.player.canvas);
    await page.evaluate(() => {
      const box = document.body.appendChild(document.createElement('div'));
      box.append(window.player);
    });
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await page.evaluate(() => window.told.filter(({ type }) => type === 'close').length), 0);
    await page.evaluate(() => window.player.remove());
    await toldOf(page, 'close');
    assert.equal(await page.evaluate(() => window.player.audioNode), null);
    await waitFor('the end of the worker', WAIT_MS, () => page.workers().length === 0);
    await page.evaluate(() => {
      window.told = [];
      document.body.append(window.player);
    });
    await toldOf(page, 'load');
    assert.equal(await page.evaluate((old) => window.player.canvas !== old && window.player.shadowRoot.contains(window.player.canvas), canvas), true);
    await page.evaluate(() => window.tell({ paint: { color: '#0f0', width: 4, height: 4 } }));
    await page.evaluate(() => window.starts());
    await until(page, 'playing', () => window.player.readyState === 4);
  });

  test('adding and removing quickly leaves no worker behind', async () => {
    await page.evaluate(async () => {
      const element = window.add({ src: '/playout/ch-a', autoplay: '', muted: '' });
      for (let i = 0; i < 10; ++i) {
        element.remove();
        await (i % 2 ? null : new Promise(requestAnimationFrame));
        document.body.append(element);
        await (i % 3 ? null : new Promise(requestAnimationFrame));
      }
      element.remove();
    });
    await waitFor('the end of the last worker', WAIT_MS, () => page.workers().length === 0);
  });

  test('another src loads in the same worker; none unloads', async () => {
    await play();
    await page.evaluate(() => { window.player.src = '/playout/ch-b'; });
    await until(page, 'the second load', () => window.told.filter(({ type }) => type === 'load').length === 2);
    assert.equal(await page.evaluate(() => window.told.filter(({ type }) => type === 'init').length), 1);
    assert.equal(await page.evaluate(() => window.told.findLast(({ type }) => type === 'load').config.statusUrl), `${stage.pages.base}/playout/ch-b`);
    assert.ok((await names()).includes('emptied'));
    await page.evaluate(() => window.player.removeAttribute('src'));
    await toldOf(page, 'close');
    assert.equal(await page.evaluate(() => window.player.networkState), 0);
  });

  test('properties that were set before the definition are taken over', async () => {
    await context.close();
    ({ page, context, log } = await stage.open());
    const taken = await page.evaluate(async () => {
      const element = document.createElement('understudy-player');
      const raw = Object.create(null);
      for (const [name, value] of Object.entries({ src: '/playout/ch-a', muted: true, volume: 0.25, policy: { standby: 'warm' }, autoplay: true })) {
        Object.defineProperty(element, name, { value, configurable: true, writable: true, enumerable: true }); // as before an upgrade
        raw[name] = value;
      }
      document.body.append(element);
      window.player = element;
      return { muted: element.muted, volume: element.volume, own: Object.keys(element) };
    });
    assert.deepEqual(taken, { muted: true, volume: 0.25, own: [] });
    const [{ config }] = await toldOf(page, 'load');
    assert.deepEqual(config.policy, { standby: 'warm' });
  });

  test('frame callbacks are called with the picture\'s time on the line of currentTime', async () => {
    await play();
    await page.evaluate(() => window.player.requestVideoFrameCallback((_now, metadata) => { window.metadata = metadata; }));
    await toldOf(page, 'frames');
    await page.evaluate(() => window.say({ type: 'frame', frame: { at: performance.timeOrigin + 5, due: performance.timeOrigin + 6, mediaTime: 12.5, pdt: null, source: 'ch-a', width: 640, height: 360, lostBefore: 0, repeatedBefore: 0, presentedFrames: 3 } }));
    const metadata = await until(page, 'the callback', () => window.metadata);
    assert.equal(metadata.mediaTime, 2.5, 'the engine\'s playhead was at 10 s when ours was at 0');
    assert.ok(Math.abs(metadata.presentationTime - 5) < 0.01);
    await until(page, 'nobody listening', () => window.told.some(({ type, on }) => type === 'frames' && !on));
  });

  test('where a canvas cannot be handed over, the page draws', async () => {
    await page.evaluate(() => { delete HTMLCanvasElement.prototype.transferControlToOffscreen; });
    await play();
    const [init] = await toldOf(page, 'init');
    assert.equal(init.hasCanvas, false);
    await page.evaluate(() => window.tell({ picture: '#ff0000' }));
    await until(page, 'the picture', () => window.player.canvas.width === 320);
    assert.deepEqual(await page.evaluate(() => [...window.player.canvas.getContext('2d').getImageData(160, 90, 1, 1).data]), [255, 0, 0, 255]);
  });

  test('the worker is told when the page is hidden, unless it is to be always visible', async () => {
    await play();
    const hide = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    const last = () => page.evaluate(() => window.told.filter(({ type }) => type === 'visibility').at(-1)?.hidden);
    await hide(true);
    await waitFor('hidden', WAIT_MS, async () => await last() === true);
    await page.evaluate(() => window.player.setAttribute('visible', 'always'));
    await waitFor('visible', WAIT_MS, async () => await last() === false);
  });

  test('going live from behind begins the session anew', async () => {
    await play();
    await page.evaluate(() => window.player.pause());
    await page.evaluate(() => { window.player.currentTime = window.player.currentTime + 0.001; });
    assert.equal(await page.evaluate(() => window.told.filter(({ type }) => type === 'load').length), 1, 'the edge is here');
    await until(page, 'being behind', () => window.player.currentTime < window.player.liveEdgeStart);
    await page.evaluate(() => { window.player.currentTime = 0; });
    assert.equal(await page.evaluate(() => window.player.seeking), false, 'a live stream has no past');
    await page.evaluate(() => { window.player.currentTime = window.player.seekable.end(0); });
    await until(page, 'the second load', () => window.told.filter(({ type }) => type === 'load').length === 2);
    assert.equal(await page.evaluate(() => window.player.seeking), true);
  });

  test('a trace is asked for and given', async () => {
    await page.evaluate(() => {
      window.player = document.createElement('understudy-player');
      window.player.trace = true;
      window.player.setAttribute('muted', '');
      window.player.setAttribute('autoplay', '');
      window.player.src = '/playout/ch-a';
      document.body.append(window.player);
    });
    await toldOf(page, 'load');
    assert.deepEqual((await page.evaluate(() => window.told.map(({ type }) => type))).filter((type) => type === 'trace' || type === 'load'), ['trace', 'load']);
    await page.evaluate(() => { window.taken = window.player.takeTrace(); });
    const [{ id }] = await toldOf(page, 'takeTrace');
    await page.evaluate((number) => window.say({ type: 'trace', id: number, text: 'the trace' }), id);
    assert.equal(await page.evaluate(() => window.taken), 'the trace');
  });

  test('has every member that its types promise', async () => {
    const types = (name) => readFile(new URL(`../../../player-wasm/package/types/${name}`, import.meta.url), 'utf8');
    const media = /interface PlayerMedia \{(.*?)\n\}/s.exec(await types('index.d.ts'))[1];
    const own = /class UnderstudyPlayerElement extends HTMLElement \{(.*?)\n\}/s.exec(await types('element.d.ts'))[1];
    const members = [...(media + own).matchAll(/^  (?:readonly |get |set )?(\w+)[(:?<]/gm)].map(([, name]) => name);
    assert.ok(members.length > 40);
    assert.deepEqual(await page.evaluate((all) => all.filter((name) => !(name in document.createElement('understudy-player'))), members), []);
  });

  test('the page stays without a word on its console', async () => {
    await play();
    await page.evaluate(() => window.player.remove());
    assert.deepEqual(log.filter((line) => !line.startsWith('debug:')), []);
  });
});
