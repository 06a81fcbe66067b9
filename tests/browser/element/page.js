// In the page: what the tests talk to. Everything the fake worker was told, and the events of an element in their order
// together with what the element said of itself at that moment.
const channel = new BroadcastChannel('fake-worker');
window.told = [];
window.worklet = [];
channel.onmessage = ({ data }) => {
  if (data.told) window.told.push(data.told);
  if (data.worklet) window.worklet.push(data.worklet);
};
window.tell = (message) => channel.postMessage(message);
window.say = (message) => channel.postMessage({ say: message });
window.heard = [];
window.watch = (element, names) => {
  for (const name of names) {
    element.addEventListener(name, (event) => window.heard.push({
      name, detail: event.detail ?? null, paused: element.paused, ended: element.ended, readyState: element.readyState,
      state: element.state, currentTime: element.currentTime, videoWidth: element.videoWidth, muted: element.muted,
    }));
  }
};
window.add = (attributes = {}, names = []) => {
  const element = document.createElement('understudy-player');
  window.watch(element, names);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  window.player = element;
  return element;
};
window.stats = (rest = {}) => ({
  state: 'playing', onAir: 0, sources: [{ id: 0, name: 'ch-a', state: 'active' }, { id: 1, name: 'ch-b', state: 'warm', lagMs: 400 }],
  playheadMs: 10000, bufferMs: 5000, liveOffsetMs: 6000, firstFrameMs: 700, framesPresented: 250, framesLost: 0, framesRepeated: 0,
  framesDroppedLate: 0, longestGapMs: 0, stalls: 0, audioUnderrunFrames: 0, bytesTotal: 1000, bytesHedged: 0, ratePpm: 0, width: 640, height: 360,
  videoCodec: 'h264', audioCodec: 'aac', decoder: 'webcodecs', renderer: 'webgl2', openPictures: 3, heapBytes: 33554432, audio: 'running', ...rest,
});
window.card = (kind, rest = {}) => ({ kind, announcement: '', detail: '', ...rest });
window.state = (state, card = window.card('none')) => window.say({ type: 'state', state, card });
window.event = (type, rest = {}) => window.say({ type: 'event', event: {
  sequence: 1, type, at_ms: 1, monotonic_ns: 1, wall: '', sources: [{ id: 0, name: 'ch-a', state: 'active' }, { id: 1, name: 'ch-b', state: 'cold' }], ...rest } });
/** What the real worker says when the first picture is there. */
window.starts = () => {
  window.say({ type: 'size', width: 640, height: 360 });
  window.event('started', { source: 'ch-a' });
  window.state('playing');
  window.say({ type: 'stats', stats: window.stats() });
};
window.shadow = (selector) => window.player.shadowRoot.querySelector(selector);
await import('/dist/element.js');
window.ready = true;

// Without a test's hand, which counts as a gesture: what happens is written to the console.
const alone = new URLSearchParams(location.search).get('alone');
if (alone) {
  const element = window.add({ src: '/playout/ch-a', autoplay: '', ...(alone === 'muted' ? { muted: '' } : {}) });
  for (const name of ['autoplayblocked', 'playing']) element.addEventListener(name, () => console.log(name, element.audioState));
  channel.addEventListener('message', ({ data }) => {
    if (data.told?.type === 'load') window.starts();
    if (data.told?.type === 'audio') console.log('audio', data.told.state);
  });
}
