// The engine's event names and those of the DOM events they become: without underscores, as DOM events are named. `error`
// is taken by HTMLMediaElement, where it means that nothing will play; the engine's is about one source.

/** @type {Readonly<Record<string, string>>} */
export const DOM_NAMES = Object.freeze({
  status_changed: 'statuschanged',
  pre_live: 'prelive',
  started: 'started',
  source_ready: 'sourceready',
  health_changed: 'healthchanged',
  intent_to_fallback: 'intenttofallback',
  hedge_started: 'hedgestarted',
  hedge_cancelled: 'hedgecancelled',
  committed: 'committed',
  switched: 'switched',
  recovered: 'recovered',
  stalled: 'stalled',
  resumed: 'resumed',
  offline: 'offline',
  stopped: 'stopped',
  error: 'engineerror',
});

/** Events of HTMLMediaElement that the player dispatches itself. */
export const MEDIA_EVENTS = Object.freeze([
  'abort', 'canplay', 'canplaythrough', 'durationchange', 'emptied', 'ended', 'error', 'loadeddata', 'loadedmetadata',
  'loadstart', 'pause', 'play', 'playing', 'progress', 'resize', 'seeked', 'seeking', 'timeupdate', 'volumechange',
  'waiting', 'streamtypechange', 'targetlivewindowchange',
]);

/** Events of our own that are not the engine's. */
export const PLAYER_EVENTS = Object.freeze(['autoplayblocked', 'engineevent', 'statechange', 'statschange']);

/** @param {{type: string, at_ms?: number, from?: string, source?: string, reason?: string, detail?: string,
 *   error?: {code: string, detail?: string}}} event */
export function eventLine(event) {
  const at = ((event.at_ms ?? 0) / 1000).toFixed(3).padStart(9);
  let line = `${at} s  ${event.type}`;
  if (event.from && event.source && event.from !== event.source) line += `  ${event.from} → ${event.source}`;
  else if (event.source || event.from) line += `  ${event.source ?? event.from}`;
  if (event.reason) line += `  ${event.reason}`;
  if (event.error) line += `  ${event.error.code}${event.error.detail ? ` ${event.error.detail}` : ''}`;
  return event.detail ? `${line}  ${event.detail}` : line;
}
