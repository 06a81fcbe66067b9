// <media-controller> of media-chrome drives the element as it is: nothing was added for it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openPage } from '../support/browser.js';
import { openStage, toldOf, until } from './stage.js';

describe('media-chrome', () => {
  let stage, page;
  before(async () => {
    stage = await openStage();
    ({ page } = await openPage(stage.browser, `${stage.pages.base}/element/media-chrome.html`));
    await until(page, 'both libraries', () => window.ready && Boolean(customElements.get('media-controller')));
    await page.evaluate(() => {
      window.player.muted = true;
      window.player.src = '/playout/ch-a';
    });
  });
  after(() => stage.close());
  const has = (part, attribute) => until(page, `${part} ${attribute}`, ([name, wanted]) => window.part(name).hasAttribute(wanted), [part, attribute]);
  const hasNot = (part, attribute) => until(page, `${part} not ${attribute}`, ([name, unwanted]) => !window.part(name).hasAttribute(unwanted), [part, attribute]);

  test('its play button plays', async () => {
    await has('play-button', 'mediapaused');
    await page.locator('media-play-button').click();
    await toldOf(page, 'load');
    await page.evaluate(() => window.starts());
    await hasNot('play-button', 'mediapaused');
    assert.equal(await page.evaluate(() => window.player.paused), false);
  });

  test('it knows that the stream is live and where its edge is', async () => {
    await page.evaluate(() => window.say({ type: 'stats', stats: window.stats() }));
    await has('live-button', 'mediatimeislive');
    assert.equal(await page.evaluate(() => document.querySelector('media-controller').getAttribute('mediastreamtype')), 'live');
  });

  test('its mute button and volume range change the volume, and follow it', async () => {
    await page.locator('media-mute-button').click();
    await until(page, 'sound', () => !window.player.muted);
    await page.evaluate(() => { window.player.volume = 0.25; });
    await until(page, 'the range', () => Number(window.part('volume-range').getAttribute('mediavolume')) === 0.25);
    await page.evaluate(() => {
      const range = window.part('volume-range').range;
      range.value = '0.75';
      range.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    });
    await until(page, 'the volume', () => Math.abs(window.player.volume - 0.75) < 0.01);
  });

  test('paused, it falls behind; its live button goes back to the edge', async () => {
    await page.locator('media-play-button').click();
    await until(page, 'the pause', () => window.player.paused);
    assert.equal((await toldOf(page, 'pause')).at(-1).paused, true);
    await until(page, 'being behind', () => window.player.currentTime < window.player.liveEdgeStart);
    await page.evaluate(() => window.say({ type: 'stats', stats: window.stats({ state: 'paused', bytesTotal: 2000 }) }));
    await hasNot('live-button', 'mediatimeislive');
    const before = (await toldOf(page, 'load')).length;
    await page.locator('media-live-button').click();
    await until(page, 'a new session', (known) => window.told.filter(({ type }) => type === 'load').length > known, before);
    await page.evaluate(() => window.starts());
    await until(page, 'playing', () => !window.player.paused && !window.player.seeking);
    await has('live-button', 'mediatimeislive');
  });
});
