// The seam between the engine and the browser's decoders: what the engine calls (implemented in JavaScript, in tests by
// a fake platform) and what is called back.
//
// All calls return at once. Ids of decoders are above zero and never used twice. A generation begins with each reset:
// what comes of an older one is dropped. After a failure that is not fatal nothing more comes of that generation.
// Time stamps are whole microseconds below 2^53. Exports are never called from within an import.
#pragma once

#include <cstdint>

extern "C" {

// ---- imports. `data` is valid during the call only, and is as the container has it: Annex B where `config` is null,
// else length-prefixed as `config` (the body of avcC or hvcC) says. Of sound it is an AudioSpecificConfig, or the body
// of dOps or dfLa.
void understudy_video_open(int decoder, const char* codec, const char* codec_string, const std::uint8_t* config,
                           int config_size, int width, int height);
void understudy_video_send(int decoder, int generation, const std::uint8_t* data, int size, double timestamp_us,
                           int key);
/// Everything that is held is to come; then understudy_on_drained. The next packet is a key picture.
void understudy_video_drain(int decoder, int generation);
/// Everything that is held is dropped; `generation` is the new one.
void understudy_video_reset(int decoder, int generation);
void understudy_video_close(int decoder);
void understudy_picture_release(int picture);
void understudy_audio_open(int decoder, const char* codec, const char* codec_string, const std::uint8_t* config,
                           int config_size, int sample_rate, int channels);
void understudy_audio_send(int decoder, int generation, const std::uint8_t* data, int size, double timestamp_us);
void understudy_audio_drain(int decoder, int generation);
void understudy_audio_reset(int decoder, int generation);
void understudy_audio_close(int decoder);

// ---- exports
/// A picture; it is the engine's until understudy_picture_release. `flags`: 1, errors were concealed in it. `queued`:
/// packets that the decoder has not begun with.
void understudy_on_picture(int decoder, int generation, int picture, double timestamp_us, int width, int height,
                           int sar_num, int sar_den, int flags, int queued);
/// `planar`: `channels` times `frames` samples, in the engine's memory, read during the call.
void understudy_on_sound(int decoder, int generation, double timestamp_us, int sample_rate, int channels, int frames,
                         const float* planar);
/// Memory of the engine for the samples above.
std::uint8_t* understudy_alloc(int size);
void understudy_free(std::uint8_t* memory);
void understudy_on_drained(int decoder, int generation);
/// The decoder began with packets: so many are left.
void understudy_on_queue(int decoder, int generation, int queued);
/// `fatal`: there is no decoder for this here; else it is this data.
void understudy_on_decoder_error(int decoder, int generation, int fatal, const char* message);

}  // extern "C"
