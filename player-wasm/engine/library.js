// The engine's imports for Emscripten's linker: each is a method of the object `host` that the worker hands to the module
// (package/src/worker/engine.js), with the same arguments: numbers, and addresses in the heap.
/* eslint-env node */
/* global mergeInto, LibraryManager */

const forwarded = {
  understudy_post: 'post',
  understudy_post_poster: 'postPoster',
  understudy_trace: 'trace',
  understudy_present: 'present',
  understudy_clear: 'clear',
  understudy_audio_write: 'audioWrite',
  understudy_audio_flush: 'audioFlush',
  understudy_audio_pause: 'audioPause',
  understudy_fetch_start: 'fetchStart',
  understudy_fetch_abort: 'fetchAbort',
  understudy_parse_date: 'parseDate',
  understudy_video_open: 'videoOpen',
  understudy_video_send: 'videoSend',
  understudy_video_drain: 'videoDrain',
  understudy_video_reset: 'videoReset',
  understudy_video_close: 'videoClose',
  understudy_picture_release: 'pictureRelease',
  understudy_audio_open: 'audioOpen',
  understudy_audio_send: 'audioSend',
  understudy_audio_drain: 'audioDrain',
  understudy_audio_reset: 'audioReset',
  understudy_audio_close: 'audioClose',
};

const library = {};
for (const [symbol, method] of Object.entries(forwarded)) {
  // The linker prints functions as text: the method's name must be in it.
  library[symbol] = new Function('...values', `return Module['host']['${method}'](...values);`);
}
const { library: all } = LibraryManager;
mergeInto(all, library);
