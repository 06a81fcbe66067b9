// What `error` holds: shaped like a MediaError, with the engine's own name and words beside it.

/** MediaError's codes, for whoever reads them by number. */
const CODES = Object.freeze({ ABORTED: 1, NETWORK: 2, DECODE: 3, SRC_NOT_SUPPORTED: 4 });

export class PlaybackError {
  /** @param {{code?: number, name?: string, detail?: string}} error as the worker reports it */
  constructor({ code = 1000, name = 'internal', detail = '' }) {
    /** The engine's stable name, e.g. `unknown_id`. */
    this.name = String(name);
    /** The engine's number: 1xxx session, 2xxx transport, 3xxx parsing, 4xxx decoding, 5xxx devices. */
    this.number = code;
    this.detail = String(detail);
    this.message = this.detail ? `${this.name}: ${this.detail}` : this.name;
    /** MediaError's. */
    this.code = code >= 4000 && code < 5000 ? CODES.DECODE : code >= 2000 && code < 3000 ? CODES.NETWORK : CODES.SRC_NOT_SUPPORTED;
  }
}
