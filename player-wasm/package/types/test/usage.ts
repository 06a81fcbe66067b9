// Compiled, never run: how an app uses the types, and that the sources keep what the types promise.
import { PlaybackError, UnderstudyPlayer, type EngineEvent, type PlayerMedia, type PlayerOptions } from '../index.js';
import type { UnderstudyPlayerElement } from '../element.js';
import { UnderstudyPlayer as PlayerSource } from '../../src/page/player.js';

const options: PlayerOptions = { canvas: document.createElement('canvas'), src: '/a.m3u8', policy: { standby: 'hot' }, muted: true };
const player = new UnderstudyPlayer(options);
player.addEventListener('switched', (event) => {
  const facts = event.detail.switch;
  const gap: number | undefined = facts?.gap_ms;
  console.log(gap);
});
player.addEventListener('error', () => {
  const error: PlaybackError | null = player.error;
  console.log(error?.name, error?.code);
});
const element: UnderstudyPlayerElement | null = document.querySelector('understudy-player');
element?.addEventListener('engineevent', (event) => console.log(event.detail.type));
element?.addEventListener('keydown', (event) => console.log(event.key));
const kept: Promise<void> | undefined = element?.play();
const log: readonly EngineEvent[] = document.createElement('understudy-player').log;
player.requestVideoFrameCallback((_now, { mediaTime, source }) => console.log(mediaTime, source));

// The sources keep the promises.
const source: UnderstudyPlayer = new PlayerSource(options);
const media: PlayerMedia = source;

// And mistakes are noticed.
// @ts-expect-error paused is the player's to say
player.paused = true;
// @ts-expect-error no such standby
player.policy = { standby: 'lukewarm' };
// @ts-expect-error an engine event is not a media event
player.addEventListener('play', (event) => console.log(event.detail));

export { kept, log, media };
