// What the sources see of their build and of the browser beyond lib.dom.

/** The build puts the bundled text of the file here. */
declare module '*?text' {
  const text: string;
  export default text;
}

// An AudioWorklet's globals; only worklet.js runs there.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new (options: any) => AudioWorkletProcessor): void;
