// The real companion service with its origins on free ports; the JavaScript twin of tests/support/rig.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { waitFor } from './wait.js';

const program = process.env.UNDERSTUDY_SERVER ?? '';
const authorization = `Basic ${Buffer.from('key:secret').toString('base64')}`;

/** A test that is told to end takes its services with it. @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1));

export class Service {
  /** @type {import('node:child_process').ChildProcess} */ #child;
  #channels = 0;
  base = '';

  /** Started and listening. */
  static async start() {
    if (!program) throw new Error('UNDERSTUDY_SERVER names no understudy-server');
    const service = new Service();
    service.#child = spawn(program, ['--listen', '127.0.0.1:0', '--key', 'key', '--secret', 'secret'],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    children.add(service.#child);
    for await (const line of createInterface({ input: /** @type {any} */ (service.#child.stdout) })) {
      const found = /listening on (\S+)/.exec(line);
      if (!found) continue;
      service.base = found[1];
      break;
    }
    if (!service.base) throw new Error('the service did not start');
    service.#child.stdout?.resume();
    return service;
  }

  get pid() { return this.#child.pid; }

  /** @param {string} method @param {string} path @param {unknown} [body] */
  async call(method, path, body) {
    const response = await fetch(this.base + path, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /**
   * A started channel with small pictures, unless `origin` says otherwise; its index in the strip is the order of creation.
   * @param {string} id
   * @param {{origin?: object, fallback?: string, policy?: object, announcement?: string, poster?: string, start?: boolean}} [options]
   */
  async addChannel(id, { origin = {}, fallback, policy, announcement, poster, start = true } = {}) {
    this.#channels += 1;
    const settings = { width: 320, height: 180, fps: 25, segment_s: 2, channel_index: this.#channels, label: id, ...origin };
    await this.call('POST', '/channels', { id, ingestLocation: 'europe-west', origin: settings });
    const patch = {
      ...(fallback && { fallback: { enabled: true, src: fallback } }),
      ...(policy && { policy }),
      ...((announcement ?? poster) && { customization: { announcement, posterImg: poster } }),
    };
    if (Object.keys(patch).length > 0) await this.call('PATCH', `/channels/${id}`, patch);
    if (start) await this.start(id);
    return settings.channel_index;
  }

  /** @param {string} id */
  async start(id) {
    await this.call('POST', `/channels/${id}/start`);
    await this.waitForStatus(id, 'playing');
  }

  /** @param {string} id */
  stop(id) { return this.call('POST', `/channels/${id}/stop`); }

  /** @param {string} id @param {string} code */
  waitForStatus(id, code) {
    return waitFor(`${id} to be ${code}`, 180_000, async () => (await this.call('GET', `/channels/${id}/status`)).code === code);
  }

  /** @param {string} id @param {object} fault */
  setFault(id, fault) { return this.call('POST', `/channels/${id}/faults`, [fault]); }

  /** @param {string} id */
  clearFaults(id) { return this.call('DELETE', `/channels/${id}/faults`); }

  /** @param {string} id */
  playout(id) { return `${this.base}/playout/${id}`; }

  /** @param {string} id */
  async mediaUrl(id) { return (await this.call('GET', `/playout/${id}`)).playout.hls; }

  /** Dies at once; its origins with it. */
  kill() { return this.#end('SIGKILL'); }

  close() { return this.#end('SIGTERM'); }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
    children.delete(this.#child);
  }
}
