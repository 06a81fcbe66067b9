// FAILOVER.md 1 to 4 with the real service, in Chromium, with both kinds of decoders. What was on screen is read from the canvas.
// tests/integration/behaviour_test.cpp has the same for the desktop player.
import assert from 'node:assert/strict';
import test from 'node:test';
import { world } from './support/world.js';

const { open, staged } = world();
const PRIMARY = 1;
const FALLBACK = 2;
const AHEAD = { ahead_s: 60 }; // encoders that are done before the pictures are looked at
const ANOTHER_ENCODER = { pts_base: 900_000, gop_s: 1, segment_phase_s: 0.7 };

/** @param {import('./support/service.js').Service} service */
async function twoChannels(service) {
  await service.addChannel('a', { origin: AHEAD });
  await service.addChannel('b', { origin: { ...AHEAD, ...ANOTHER_ENCODER } });
  await service.call('PATCH', '/channels/a', { fallback: { enabled: true, src: 'b' } });
}

for (const decoder of ['webcodecs', 'software']) {
  test(`${decoder}: a channel that has not started shows the card and starts by itself`, () => staged(async (service) => {
    await service.addChannel('a', { start: false, announcement: 'Back at nine.' });
    const viewer = await open({ decoder });
    await viewer.watch(service.playout('a'));
    await viewer.untilCard('pre_live');
    assert.match((await viewer.card())?.text ?? '', /Back at nine\./);
    await service.start('a');
    await viewer.untilPicture(PRIMARY);
    assert.equal(await viewer.card(), null);
    assert.equal(await viewer.count('error'), 0);
    // Statistics come four times a second.
    await viewer.until('the decoder in the statistics', async () => (await viewer.stats())?.decoder === decoder);
  }));

  test(`${decoder}: the encoder drops: the fallback takes over unseen, and the primary when the fallback drops`, () => staged(async (service) => {
    await twoChannels(service);
    const viewer = await open({ decoder });
    await viewer.watch(service.playout('a'));
    await viewer.untilPictures(50);
    const from = await viewer.now();
    await service.setFault('a', { fault: 'drop' });
    await viewer.untilPicture(FALLBACK);
    await viewer.untilPictures(25);
    await service.clearFaults('a');
    await service.waitForStatus('a', 'playing');
    await service.setFault('b', { fault: 'drop' });
    await viewer.untilPicture(PRIMARY);
    await viewer.untilPictures(25);
    const verdict = await viewer.verdict(from);
    assert.deepEqual(verdict.channels, [PRIMARY, FALLBACK, PRIMARY]);
    assert.equal(verdict.repeated, 0);
    assert.equal(verdict.unreadable, 0, 'no card, no damaged picture');
    const stats = await viewer.stats();
    assert.equal(stats.framesLost, 0, 'what this machine was too late for is counted apart');
    assert.equal(stats.framesRepeated, 0);
  }));

  test(`${decoder}: with both sources gone the card is shown, and the picture comes back by itself`, () => staged(async (service) => {
    await twoChannels(service);
    const viewer = await open({ decoder });
    await viewer.watch(service.playout('a'));
    await viewer.untilPicture(PRIMARY);
    await service.setFault('a', { fault: 'drop' });
    await service.setFault('b', { fault: 'drop' });
    await viewer.untilCard('pre_live');
    await service.clearFaults('a');
    await viewer.untilPicture(PRIMARY);
    assert.equal(await viewer.card(), null);
  }));

  test(`${decoder}: stopping the primary stops the player while the fallback plays on`, () => staged(async (service) => {
    await twoChannels(service);
    const viewer = await open({ decoder });
    await viewer.watch(service.playout('a'));
    await viewer.untilPicture(PRIMARY);
    await service.setFault('a', { fault: 'http_503' });
    await viewer.untilPicture(FALLBACK);
    await service.stop('a');
    await viewer.untilCard('stopped');
    assert.equal(await viewer.count('stopped'), 1);
    assert.deepEqual(await viewer.page.evaluate(() => [window.viewer.element.ended, window.viewer.heard.includes('ended')]), [true, true]);
    assert.equal((await service.call('GET', '/channels/b/status')).code, 'playing');
  }));

  test(`${decoder}: playback goes on when the status service dies`, () => staged(async (service) => {
    await twoChannels(service);
    // The origins live in the service's process: a proxy of the status alone can die without them.
    const document = JSON.stringify(await service.call('GET', '/playout/a'));
    const { Pages } = await import('./support/pages.js');
    const mirror = await Pages.start();
    const viewer = await open({ decoder });
    await viewer.watch(mirror.text('/playout/a', document, 'application/json'));
    await viewer.untilPictures(25);
    const from = await viewer.now();
    await mirror.close();
    await viewer.untilPictures(250);
    const verdict = await viewer.verdict(from);
    assert.deepEqual(verdict.channels, [PRIMARY]);
    assert.equal(verdict.repeated, 0);
    assert.equal(await viewer.count('stopped'), 0);
    // …and a fault is still answered.
    await service.setFault('a', { fault: 'refuse' });
    await viewer.untilPicture(FALLBACK);
    assert.equal((await viewer.verdict(from)).repeated, 0);
  }));
}
