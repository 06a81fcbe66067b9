// A strip that shows what was on air over the last minute, with marks where the engine prepared a fallback.

const SPAN_MS = 60000;
const COLOURS = { 'ch-a': '#5ca0ff', 'ch-b': '#ffa94d', '': '#232936' };
const MARKS = { hedge_started: '#ffe08a', switched: '#ffffff', stalled: '#ff6060' };

export class History {
  #canvas;
  #context;
  /** @type {{at: number, source: string}[]} each until the next */
  #runs = [];
  /** @type {{at: number, colour: string}[]} */
  #marks = [];

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    canvas.setAttribute('aria-label', 'What was on air over the last minute');
  }

  add(source) {
    const at = performance.now();
    if (this.#runs.at(-1)?.source !== source) this.#runs.push({ at, source });
    while (this.#runs.length > 1 && this.#runs[1].at < at - SPAN_MS) this.#runs.shift();
    this.#marks = this.#marks.filter((mark) => mark.at > at - SPAN_MS);
    this.#draw(at);
  }

  mark(type) {
    if (Object.hasOwn(MARKS, type)) this.#marks.push({ at: performance.now(), colour: MARKS[type] });
  }

  #draw(now) {
    const { width, height } = this.#canvas;
    const x = (at) => width - ((now - at) / SPAN_MS) * width;
    this.#context.clearRect(0, 0, width, height);
    this.#runs.forEach(({ at, source }, index) => {
      const from = Math.max(0, x(at));
      this.#context.fillStyle = COLOURS[source] ?? '#8a94a6';
      this.#context.fillRect(from, 12, x(this.#runs[index + 1]?.at ?? now) - from, height - 24);
    });
    for (const { at, colour } of this.#marks) {
      this.#context.fillStyle = colour;
      this.#context.fillRect(x(at) - 2, 4, 4, height - 8);
    }
  }
}
