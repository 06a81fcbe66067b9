// Media for the decoder tests: made by ffmpeg, cut into packets with ffprobe, and decoded by ffmpeg as the judge.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const kMaxOutput = 1 << 30;

/** @param {string} program @param {string[]} args */
export function run(program, args) {
  return execFileSync(program, args, { maxBuffer: kMaxOutput, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** @param {string[]} args */
export function ffmpeg(...args) {
  return run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
}

/** ffprobe prints bytes as a dump with addresses and text: "00000000: 0164 001f …  .d..". @param {string | undefined} dump */
function bytesOfDump(dump) {
  const digits = (dump ?? '').split('\n').map((line) => line.slice(10, 50).replaceAll(' ', '')).join('');
  return Buffer.from(digits, 'hex');
}

/**
 * The packets of one stream as its container has them, with time stamps in microseconds.
 * @param {string} file @param {'v' | 'a'} kind
 * @returns {{config: Buffer, width: number, height: number, sampleRate: number, channels: number,
 *   packets: {data: Buffer, time: number, key: boolean}[]}}
 */
export function packetsOf(file, kind) {
  const info = JSON.parse(run('ffprobe', ['-v', 'error', '-select_streams', `${kind}:0`, '-show_packets', '-show_streams',
    '-show_data', '-show_entries', 'packet=pts,size,flags:stream=time_base,extradata,width,height,sample_rate,channels',
    '-of', 'json', file]).toString());
  const stream = info.streams[0];
  const [num, den] = stream.time_base.split('/').map(Number);
  const all = ffmpeg('-i', file, '-map', `0:${kind}:0`, '-c', 'copy', '-f', 'data', '-');
  let at = 0;
  const packets = info.packets.map((/** @type {{size: string, pts: number, flags: string}} */ packet) => {
    const data = all.subarray(at, at + Number(packet.size));
    at += Number(packet.size);
    return { data, time: Math.round((packet.pts * num * 1e6) / den), key: packet.flags[0] === 'K' };
  });
  if (at !== all.length) throw new Error(`${file}: ${all.length} bytes are not ${at}`);
  return { config: bytesOfDump(stream.extradata), width: stream.width, height: stream.height,
    sampleRate: Number(stream.sample_rate), channels: stream.channels, packets };
}

/** ADTS frames without their headers. @param {Buffer} data */
export function withoutAdts(data) {
  return data.subarray(data[1] & 1 ? 7 : 9);
}

/** All luma, picture after picture, as ffmpeg decodes it. @param {string} file */
export function lumaOf(file) {
  return ffmpeg('-i', file, '-map', '0:v:0', '-vf', 'extractplanes=y', '-f', 'rawvideo', '-fps_mode', 'passthrough', '-');
}

/** Interleaved floats of all packets, priming included, as ffmpeg decodes them. @param {string} file */
export function soundOf(file) {
  const bytes = ffmpeg('-flags2', '+skip_manual', '-i', file, '-map', '0:a:0', '-f', 'f32le', '-c:a', 'pcm_f32le', '-');
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** @param {string} path */
export const read = (path) => readFileSync(path);
