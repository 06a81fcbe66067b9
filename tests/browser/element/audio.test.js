// The sound's way through a real AudioContext: nothing is lost, with and without shared memory; and a browser that wants a
// gesture first, or has no sound at all.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { openPage } from '../support/browser.js';
import { waitFor } from '../support/wait.js';
import { openStage, toldOf, until, WAIT_MS } from './stage.js';

const POLICY = '--autoplay-policy=no-user-gesture-required';
const FRAMES = 120000; // 2.5 s at 48 kHz: several times around either ring

/** What was heard, silence left out. */
async function record(page) {
  await page.evaluate(async () => {
    const { context } = window.player.audioNode;
    await context.audioWorklet.addModule('/element/recorder.js');
    const recorder = new AudioWorkletNode(context, 'recorder', { channelCount: 1, channelCountMode: 'explicit' });
    window.numbers = [];
    recorder.port.onmessage = ({ data }) => window.numbers.push(...data.filter((number) => number !== 0));
    window.player.audioNode.connect(recorder);
  });
}
const runs = (page) => until(page, 'sound', () => window.player.audioState === 'running');

for (const isolated of [false, true]) {
  describe(isolated ? 'sound through shared memory' : 'sound through messages', () => {
    let stage, page, context;
    before(async () => { stage = await openStage({ isolated }); });
    after(() => stage.close());
    beforeEach(async () => {
      ({ page, context } = await stage.open());
      await page.evaluate(() => window.add({ src: '/playout/ch-a', autoplay: '' }));
      await runs(page);
      await record(page);
    });
    afterEach(() => context.close());

    test('every sample is heard once, in order', async () => {
      const [{ shared }] = await toldOf(page, 'init');
      assert.equal(shared, isolated);
      await page.evaluate((frames) => window.tell({ ramp: frames }), FRAMES);
      await until(page, 'the end of the ramp', (frames) => window.numbers.at(-1) === frames, FRAMES);
      assert.equal(await page.evaluate(() => window.numbers.findIndex((number, index) => number !== index + 1)), -1);
      await until(page, 'its report', (frames) => window.worklet.at(-1).taken === frames, FRAMES);
      assert.equal(await page.evaluate(() => window.worklet.at(-1).dropped), 0);
    });

    test('a flush drops what is queued and nothing that comes after it', async () => {
      await page.evaluate(() => {
        window.tell({ audio: { paused: true } });
        window.tell({ ramp: 5000 });
        window.tell({ flush: 1, then: 2000 });
      });
      await until(page, 'the flush', () => window.worklet.some(({ flushed }) => flushed === 1));
      await page.evaluate(() => window.tell({ audio: { paused: false } }));
      await until(page, 'the end of the ramp', () => window.numbers.at(-1) === 7000);
      // The pause may have come a block after the ramp began; what was queued is gone either way.
      const heard = await page.evaluate(() => window.numbers);
      assert.deepEqual(heard.slice(-2000), Array.from({ length: 2000 }, (_, i) => 5001 + i));
      assert.equal(heard.length, 2000);
    });

    test('mute is silence, the clock goes on', async () => {
      await page.evaluate(() => { window.player.muted = true; });
      await until(page, 'silence', () => window.player.audioNode.gain.value < 1e-9);
      await page.evaluate(() => window.tell({ ramp: 10000 }));
      await until(page, 'the ramp being taken', () => window.worklet.at(-1)?.taken === 10000);
      assert.ok(await page.evaluate(() => window.numbers.every((number) => Math.abs(number) < 1)));
    });
  });
}

describe('a browser that wants a gesture before there is sound', () => {
  let stage, page, context, log;
  before(async () => { stage = await openStage({ without: [POLICY] }); });
  after(() => stage.close());
  afterEach(() => context.close());
  // No evaluate() before the gesture: it would count as one.
  const alone = async (how) => {
    ({ page, context, log } = await openPage(stage.browser, `${stage.pages.base}/element/page.html?alone=${how}`));
  };
  const logged = (line) => waitFor(line, WAIT_MS, () => log.includes(`log: ${line}`));

  test('says so, plays the picture, and has sound with the first gesture', async () => {
    await alone('loud');
    await logged('autoplayblocked suspended');
    await logged('playing suspended');
    await page.mouse.click(300, 100);
    await logged('audio running');
    await runs(page);
  });

  test('shows a button for the sound until there is sound', async () => {
    await alone('loud');
    await logged('autoplayblocked suspended');
    await logged('playing suspended');
    await page.locator('button.notice').click();
    await logged('audio running');
    await page.evaluate(() => window.say({ type: 'stats', stats: window.stats() }));
    await until(page, 'no button', () => window.shadow('button.notice').hidden);
  });

  test('is not told of while muted; a key is a gesture too', async () => {
    await alone('muted');
    await logged('playing suspended');
    await page.keyboard.press('Tab');
    await logged('audio running');
    await page.keyboard.press('m');
    assert.equal(await page.evaluate(() => window.player.muted), false);
    assert.ok(!log.some((line) => line.includes('autoplayblocked')));
    assert.deepEqual(log.filter((line) => line.startsWith('warning:')), [], 'nothing was tried that the browser would refuse');
  });
});

describe('a browser without sound', () => {
  let stage;
  before(async () => { stage = await openStage(); });
  after(() => stage.close());

  test('no AudioContext: the picture plays, the engine knows', async () => {
    const context = await stage.browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => { delete window.AudioContext; });
    await page.goto(`${stage.pages.base}/element/page.html`);
    await until(page, 'the element', () => window.ready);
    await page.evaluate(() => window.add({ src: '/playout/ch-a', autoplay: '' }, ['autoplayblocked']));
    await toldOf(page, 'load');
    assert.equal((await toldOf(page, 'audio')).at(-1).state, 'none');
    await page.evaluate(() => window.starts());
    await until(page, 'playing', () => window.player.readyState === 4);
    assert.equal(await page.evaluate(() => window.player.audioNode), null);
    await context.close();
  });

  test('a worklet that cannot be loaded is no sound either', async () => {
    const { page, context } = await stage.open();
    await page.evaluate(() => window.add({ src: '/playout/ch-a', autoplay: '', 'worklet-url': '/nothing.js' }));
    await until(page, 'none', () => window.player.audioState === 'none');
    assert.equal((await toldOf(page, 'audio')).at(-1).state, 'none');
    await context.close();
  });
});
