// A worker without an engine, for tests of the page alone. It says what a test tells it to and tells the test what it is told,
// both on a BroadcastChannel; it really paints its canvas and really feeds the worklet, since those cannot be told.
//   {say: message}            posts it to the page
//   {paint: {color, width, height}}   fills the canvas
//   {picture: colour}         posts a picture for the page to draw, as where there is no OffscreenCanvas
//   {ramp: frames}            sends that many sample frames, the n-th of which is n / 2^20, on both channels
//   {audio: message}          posts it to the worklet
//   {flush: n, then: frames}  flushes, and sends frames of the ramp at once
const channel = new BroadcastChannel('fake-worker');
let canvas = null;
let audioPort = null;
let shared = null;
let sent = 0;
let taken = 0;

channel.onmessage = ({ data }) => {
  if (data.say) self.postMessage(data.say);
  if (data.paint) paint(data.paint);
  if (data.picture) picture(data.picture);
  if (data.ramp) ramp(data.ramp);
  if (data.audio) audioPort?.postMessage(data.audio);
  if (data.flush) {
    audioPort.postMessage({ flush: data.flush, at: shared ? Atomics.load(shared.counts, 0) : 0 });
    ramp(data.then);
  }
};

self.onmessage = async ({ data }) => {
  const { canvas: given, audioPort: port, audioBuffer, ...plain } = data;
  if (data.type === 'init') {
    canvas = given ?? null;
    audioPort = port;
    if (audioBuffer) shared = { counts: new Int32Array(audioBuffer, 0, 2), ring: new Float32Array(audioBuffer, 64, 65536) };
    audioPort.onmessage = (event) => {
      taken = event.data.taken;
      channel.postMessage({ worklet: event.data });
    };
    // As the real one: what cannot be loaded is fatal.
    const answer = plain.engineUrl ? await fetch(plain.engineUrl).catch(() => null) : { ok: true };
    if (answer?.ok) self.postMessage({ type: 'ready' });
    else self.postMessage({ type: 'fatal', error: { code: 1000, name: 'internal', detail: `the engine does not load: ${plain.engineUrl}` } });
  }
  if (data.type === 'close') self.postMessage({ type: 'closed' });
  channel.postMessage({ told: { ...plain, hasCanvas: Boolean(given), shared: Boolean(audioBuffer) } });
};

function paint({ color, width, height }) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
}

function picture(colour) {
  const drawn = new OffscreenCanvas(320, 180);
  const context = drawn.getContext('2d');
  context.fillStyle = colour;
  context.fillRect(0, 0, 320, 180);
  const frame = new VideoFrame(drawn, { timestamp: 0 });
  self.postMessage({ type: 'picture', frame }, [frame]);
}

/** As a worker does that keeps to its bound: the ring is filled as it is emptied, by blocks. */
function ramp(frames) {
  const end = sent + frames;
  const step = () => {
    while (sent < end) {
      const block = Math.min(1024, end - sent);
      if (shared && ((Atomics.load(shared.counts, 0) - Atomics.load(shared.counts, 1)) & 0x7fffffff) + block > 32768) break;
      if (!shared && sent - taken > 24000) break;
      const samples = new Float32Array(block * 2);
      for (let i = 0; i < block; ++i) samples[2 * i] = samples[2 * i + 1] = (sent + i + 1) / 2 ** 20;
      if (shared) {
        const written = Atomics.load(shared.counts, 0);
        for (let i = 0; i < samples.length; ++i) shared.ring[(written * 2 + i) % 65536] = samples[i];
        Atomics.store(shared.counts, 0, (written + block) & 0x7fffffff);
      } else {
        audioPort.postMessage({ samples }, [samples.buffer]);
      }
      sent += block;
    }
    if (sent < end) setTimeout(step, 5);
  };
  step();
}
