// The HTMLMediaElement side of the player, without a browser: which events, in which order, with which state.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlaybackError } from '../src/page/errors.js';
import { MediaState, NETWORK, READY } from '../src/page/media-state.js';

const stats = (playheadMs, rest = {}) => ({ playheadMs, bufferMs: 4000, bytesTotal: playheadMs, state: 'playing', ...rest });

/** A state that plays: 640×360, playhead at 100 s of the engine, page time 0. */
function playing() {
  const media = new MediaState();
  media.load(true);
  media.size(640, 360);
  media.started();
  media.engineState('playing');
  media.stats(stats(100000), 0);
  return media;
}

test('a source that plays by itself says play before anything is loaded', () => {
  const media = new MediaState();
  assert.deepEqual(media.load(true), ['loadstart', 'streamtypechange', 'targetlivewindowchange', 'play', 'waiting']);
  assert.equal(media.paused, false);
  assert.equal(media.networkState, NETWORK.LOADING);
  assert.equal(media.streamType, 'live');
  assert.equal(media.targetLiveWindow, 0);
});

test('the first picture brings the metadata, then the rest, then playing', () => {
  const media = new MediaState();
  media.load(true);
  assert.deepEqual(media.size(640, 360), []);
  assert.equal(media.readyState, READY.NOTHING);
  assert.deepEqual(media.started(), ['durationchange', 'resize', 'loadedmetadata', 'loadeddata', 'canplay', 'canplaythrough', 'playing']);
  assert.equal(media.duration, Infinity);
  assert.equal(media.videoWidth, 640);
  assert.deepEqual(media.engineState('playing'), [], 'nothing is said twice');
});

test('metadata waits for the size, whichever comes first', () => {
  const media = new MediaState();
  media.load(true);
  assert.deepEqual(media.started(), []);
  assert.ok(media.size(640, 360).includes('loadedmetadata'));
});

test('sound without pictures has no size to wait for', () => {
  const media = new MediaState();
  media.load(true);
  media.started();
  const events = media.stats(stats(5000), 0);
  assert.ok(events.includes('loadedmetadata') && !events.includes('resize'));
});

test('without autoplay nothing plays until play()', () => {
  const media = new MediaState();
  media.load(false);
  assert.equal(media.paused, true);
  assert.equal(media.networkState, NETWORK.IDLE);
  assert.deepEqual(media.play(), ['play', 'waiting']);
  media.size(640, 360);
  assert.equal(media.started().at(-1), 'playing');
});

test('pause and play while it plays', () => {
  const media = playing();
  assert.deepEqual(media.pause(), ['timeupdate', 'pause']);
  assert.deepEqual(media.pause(), []);
  assert.deepEqual(media.engineState('paused'), []);
  assert.deepEqual(media.play(), ['play', 'playing']);
  assert.deepEqual(media.play(), []);
});

test('a picture that has to stand is waiting, and playing again afterwards', () => {
  const media = playing();
  assert.deepEqual(media.engineState('holding'), ['waiting']);
  assert.equal(media.readyState, READY.CURRENT_DATA);
  assert.deepEqual(media.engineState('offline'), [], 'still waiting');
  assert.deepEqual(media.engineState('playing'), ['canplay', 'canplaythrough', 'playing']);
});

test('a viewer who paused is not told that the stream waits', () => {
  const media = playing();
  media.pause();
  assert.deepEqual(media.engineState('holding'), []);
  assert.deepEqual(media.engineState('playing'), ['canplay', 'canplaythrough']);
});

test('a stopped channel has ended; its restart plays on where it played before', () => {
  const media = playing();
  assert.deepEqual(media.engineState('stopped'), ['timeupdate', 'pause', 'ended']);
  assert.ok(media.ended && media.paused);
  assert.deepEqual(media.engineState('stopped'), []);
  assert.deepEqual(media.engineState('pre_live'), ['play', 'waiting']);
  assert.ok(!media.ended && !media.paused);
  assert.deepEqual(media.started(), ['canplay', 'canplaythrough', 'playing']);
});

test('a channel that was paused when it stopped stays paused when it starts again', () => {
  const media = playing();
  media.pause();
  assert.deepEqual(media.engineState('stopped'), ['timeupdate', 'ended']);
  assert.deepEqual(media.engineState('pre_live'), []);
  assert.ok(media.paused && !media.ended);
});

test('pausing after the end keeps a restart from playing', () => {
  const media = playing();
  media.engineState('stopped');
  media.pause();
  media.engineState('pre_live');
  assert.equal(media.paused, true);
});

test('a channel that is stopped before anything was shown has not ended', () => {
  const media = new MediaState();
  media.load(true);
  assert.deepEqual(media.engineState('stopped'), []);
  assert.ok(!media.ended && !media.paused);
});

test('time begins at zero, moves between reports, never back, and never far ahead of a report', () => {
  const media = playing();
  assert.equal(media.currentTime(0), 0);
  assert.equal(media.currentTime(100), 0.1);
  assert.ok(media.currentTime(5000) <= 0.5);
  const late = media.currentTime(5000);
  media.stats(stats(100050), 5000);
  assert.ok(media.currentTime(5000) >= late);
});

test('the time line goes on through a restart, wherever the engine counts from', () => {
  const media = playing();
  media.stats(stats(160000), 60000);
  media.engineState('stopped');
  media.engineState('pre_live');
  media.started();
  media.stats(stats(7000), 90000);
  assert.ok(Math.abs(media.currentTime(90000) - 60) < 0.5);
  media.stats(stats(8000), 91000);
  assert.ok(Math.abs(media.currentTime(91000) - 61) < 0.5);
});

test('whoever pauses falls behind the live edge, whoever plays is at it', () => {
  const media = playing();
  media.stats(stats(110000), 10000);
  assert.ok(media.currentTime(10000) >= media.liveEdgeStart(10000));
  media.pause();
  media.stats(stats(110000, { state: 'paused' }), 20000);
  assert.ok(media.currentTime(20000) < media.liveEdgeStart(20000));
  assert.equal(media.seekable(20000).end(0), 20);
  assert.deepEqual(media.rejoin(), ['seeking']);
  media.play();
  assert.deepEqual(media.started().slice(0, 1), ['seeked']);
  assert.equal(media.seeking, false);
});

test('what is buffered reaches from here to the end of the buffer', () => {
  const media = playing();
  const ranges = media.buffered(0);
  assert.equal(ranges.length, 1);
  assert.equal(ranges.start(0), 0);
  assert.equal(ranges.end(0), 4);
  assert.throws(() => ranges.end(1), { name: 'IndexSizeError' });
  assert.equal(new MediaState().buffered(0).length, 0);
});

test('reports are timeupdate and progress', () => {
  const media = playing();
  assert.deepEqual(media.stats(stats(100250), 250), ['progress', 'timeupdate']);
  media.pause();
  assert.deepEqual(media.stats(stats(100250, { state: 'paused' }), 500), []);
});

test('loading again empties first', () => {
  const media = playing();
  assert.deepEqual(media.load(false).slice(0, 4), ['abort', 'emptied', 'durationchange', 'loadstart']);
  assert.ok(Number.isNaN(media.duration) && media.videoWidth === 0 && media.readyState === 0 && media.paused);
});

test('an error before the first picture is one of the source, and can be taken back', () => {
  const media = new MediaState();
  media.load(true);
  assert.deepEqual(media.fail(new PlaybackError({ code: 1002, name: 'unknown_id', detail: '404' })), ['error']);
  assert.equal(media.networkState, NETWORK.NO_SOURCE);
  assert.equal(media.error.code, 4);
  assert.equal(media.error.message, 'unknown_id: 404');
  media.recover();
  assert.equal(media.error, null);
});

test('the volume is told once', () => {
  const media = new MediaState();
  assert.deepEqual(media.setVolume(0.5, true), ['volumechange']);
  assert.deepEqual(media.setVolume(0.5, true), []);
});
