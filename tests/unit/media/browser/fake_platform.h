// A browser's decoders on virtual time, made of FFmpeg's: as late, as withholding, as silent and as faulty as a test
// wants them. No threads: what is due reaches the engine in deliver().
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/pipeline.h"

struct AVFrame;

namespace understudy::test {

struct DecoderHabits {
  Duration per_packet{};  // work on one packet
  Duration latency{};     // until what is done is told
  Duration per_drain{};
  int withheld = 0;             // pictures held back beyond what the stream's reordering needs
  int reorders = 0;             // what the stream needs of reordering; known to FFmpeg once it has seen some of it
  int silent_from = -1;         // the packet from which on a generation gives nothing
  int silent_generations = -1;  // so many of them, then it works; below 0: all
  int fails_at = -1;            // the packet, counted over all generations, of which an error is told
  bool fatal = false;           // that error
  int first_cut = 0;            // samples left out of the first sound of a generation
  double stamp_error_us = 0;    // of all sound but a generation's first
};

class FakePlatform {
 public:
  static FakePlatform& get();
  void begin();

  DecoderHabits video;
  DecoderHabits audio;

  /// What was done by `now` is told; false where there was nothing to tell.
  bool deliver(Instant now);
  VideoFrame visible(const VideoFrame& frame) const;

  // -- what was seen
  struct Sent {
    std::int64_t stamp_us = 0;
    bool key = false;
    int generation = 0;
  };
  int open_decoders() const { return static_cast<int>(decoders_.size()); }
  int pictures_open() const { return static_cast<int>(pictures_.size()); }
  int pictures_made = 0;
  int pictures_released = 0;
  int wrong_releases = 0;  // of what was not open
  int wrong_calls = 0;     // that the contract forbids
  int resets = 0;
  /// Pictures told and not released, and in the decoder beyond what it holds back; of one decoder.
  int most_held = 0;
  std::vector<std::string> codec_strings;
  std::vector<Sent> video_sent;

  // -- the imports
  void open(int id, bool video, const char* codec, const char* codec_string, const std::uint8_t* config, int size);
  void send(int id, int generation, const std::uint8_t* data, int size, double stamp_us, bool key);
  void drain(int id, int generation);
  void reset(int id, int generation);
  void close(int id);
  void release(int picture);

 private:
  struct Decoder;
  Decoder* find(int id, int generation);
  void count_held();

  Instant now_{};
  bool telling_ = false;
  std::map<int, std::unique_ptr<Decoder>> decoders_;
  std::map<int, std::shared_ptr<AVFrame>> pictures_;  // open, by handle
  std::map<int, int> picture_of_;                     // handle → decoder
  int last_picture_ = 0;
  int video_packets_ = 0;
  int audio_packets_ = 0;
};

}  // namespace understudy::test
