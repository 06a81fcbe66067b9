// The statistics panel, the desktop player's rows: sources, buffer, picture and sound, and the last events.
import { make } from './dom.js';
import { eventLine } from './engine-events.js';

const EVENTS_SHOWN = 6;

/** @param {number} ms @param {number} [digits] */
const seconds = (ms, digits = 2) => `${(ms / 1000).toFixed(digits)} s`;
/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
/** @param {number} value */
const signed = (value) => (value >= 0 ? `+${value}` : String(value));

/** @param {{muted: boolean, volume: number}} sound */
const loudness = ({ muted, volume }) => (muted ? 'muted' : `volume ${Math.round(volume * 100)} %`);

/** @param {any} source @param {boolean} onAir */
function sourceText(source, onAir) {
  const lag = source.lagMs === undefined || source.lagMs === null ? '' : `, lag ${signed(source.lagMs)} ms`;
  const skew = source.skewMs === undefined || source.skewMs === null ? '' : `, dates ${signed(source.skewMs)} ms`;
  return `${source.state}${onAir ? ', on air' : ''}${lag}${skew}`;
}

/** @param {any} s @param {{muted: boolean, volume: number}} sound @returns {[string, string][]} */
export function statRows(s, sound) {
  return [
    ['state', s.state],
    ['buffer', seconds(s.bufferMs)],
    ['live offset', s.liveOffsetMs === 0 ? 'no dates' : seconds(s.liveOffsetMs)],
    ['picture', s.width === 0 ? 'none' : `${s.width} × ${s.height}, ${s.videoCodec}, ${s.decoder}, ${s.renderer}`],
    ['sound', `${s.audioCodec || 'none'}, ${loudness(sound)}, clock: ${s.audio === 'running' ? 'sound' : 'wall'}`],
    ['first picture', s.firstFrameMs < 0 ? 'not yet' : seconds(s.firstFrameMs)],
    ['frames', `${s.framesPresented} shown, ${s.framesLost} lost, ${s.framesRepeated} repeated, ${s.framesDroppedLate} late`],
    ['longest gap', `${s.longestGapMs} ms, ${s.stalls} stalls`],
    ['rate', `${signed(s.ratePpm)} ppm`],
    ['loaded', `${megabytes(s.bytesTotal)}, hedges ${megabytes(s.bytesHedged)}`],
    ['memory', `${megabytes(s.heapBytes ?? 0)}, ${s.openPictures ?? 0} pictures open`],
  ];
}

export class StatsPanel {
  #sources = make('dl');
  #rows = make('dl');
  #events = make('ol');

  root = make('section', { class: 'stats', part: 'stats', 'aria-label': 'Statistics', hidden: '' });

  constructor() {
    const head = (/** @type {string} */ text) => make('h2', {}, text);
    this.root.append(head('SOURCES'), this.#sources, head('PLAYBACK'), this.#rows, head('EVENTS'), this.#events);
  }

  /** @param {{stats: any, sources: readonly any[], source: string, log: readonly any[], muted: boolean, volume: number}} player */
  update({ stats, sources, source, log, muted, volume }) {
    if (this.root.hidden) return;
    this.#sources.replaceChildren(...sources.flatMap((member) => [
      make('dt', {}, member.name), make('dd', { 'data-state': member.state }, sourceText(member, member.name === source)),
    ]));
    const rows = stats ? statRows(stats, { muted, volume }) : [];
    this.#rows.replaceChildren(...rows.flatMap(([label, value]) => [make('dt', {}, label), make('dd', {}, value)]));
    this.#events.replaceChildren(...log.slice(-EVENTS_SHOWN).map((event) => make('li', {}, eventLine(event))));
  }
}
