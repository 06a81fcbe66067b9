// What the engine asks of its worker, in JavaScript (library.js). All return at once. Texts are UTF-8 and, like arrays,
// valid during the call only. The decoders' and fetch's imports are declared where they are used: sdk/media/browser,
// sdk/net/fetch.
#pragma once

#include <cstdint>

extern "C" {

/// A message for the page, as JSON: event, state, stats, size, fatal (package/src/messages.md).
void understudy_post(const char* json);
/// The card's poster, before the state message that shows it; null: none.
void understudy_post_poster(const std::uint8_t* bytes, int size);
/// A line of the trace.
void understudy_trace(const char* line, int size);

/// Draws a picture now. `due_ms`: performance time at which it should have been visible. `pdt_ms`: NaN where there is
/// none.
void understudy_present(int picture, int width, int height, int sar_num, int sar_den, int matrix, int full_range,
                        double due_ms, double media_time_s, double pdt_ms, const char* source, int lost_before,
                        int repeated_before);
void understudy_clear();

/// Interleaved stereo for the worklet.
void understudy_audio_write(const float* samples, int frames);
/// Drop what the worklet has not played; it answers with the same number.
void understudy_audio_flush(int number);
void understudy_audio_pause(int paused);
}
