// What both kinds of decoders share: an id at the platform, the generation, what is under way, failures; and the way
// from an export to the decoder that it is meant for.
#pragma once

#include <optional>
#include <string>

#include "media/browser/under_way.h"
#include "media/decoder.h"

namespace understudy::media {

class PlatformDecoder {
 public:
  /// Three of the imports.
  struct Calls {
    void (*drain)(int decoder, int generation);
    void (*reset)(int decoder, int generation);
    void (*close)(int decoder);
  };

  explicit PlatformDecoder(const Calls& calls) : calls_(calls) {}
  virtual ~PlatformDecoder() { close(); }
  PlatformDecoder(const PlatformDecoder&) = delete;
  PlatformDecoder& operator=(const PlatformDecoder&) = delete;

  /// Whom an export is for; null where that one is gone or has begun anew.
  static PlatformDecoder* find(int id, int generation);

  // -- what the platform tells
  virtual void on_picture(std::int64_t /*stamp_us*/, Picture&& /*picture*/) {}
  virtual void on_sound(std::int64_t /*stamp_us*/, int /*rate*/, int /*channels*/, int /*frames*/,
                        const float* /*planar*/) {}
  void on_queue(int queued) { queued_ = queued; }
  void on_drained() { drained_ = true; }
  void on_error(bool fatal, const char* message);
  /// Told of a generation that is gone, but true of all of them.
  static void on_fatal(int id, const char* message);

 protected:
  /// Begins with an id of its own. REQUIRES: not open.
  int begin();
  bool is_open() const { return id_ > 0; }
  int id() const { return id_; }
  int generation() const { return generation_; }
  void close();

  bool ask_for_rest();
  /// Nothing that was sent is wanted any more. The derived class drops what came of it.
  void begin_anew();
  /// At the beginning of a receive(); then what came is taken, then end_turn().
  void begin_turn(Instant now);
  /// True where everything held was given out.
  bool end_turn();
  void spoke() { silences_ = 0; }
  std::optional<DecoderFailure> take_failure();
  Instant next_deadline() const;

  UnderWay under_way_;

 private:
  void fail(Error&& error, bool fatal);

  const Calls calls_;
  int id_ = 0;
  int generation_ = 0;
  std::optional<int> queued_;
  bool drained_ = false;
  bool broken_ = false;  // nothing comes until it begins anew
  int silences_ = 0;     // in a row
  std::optional<DecoderFailure> failure_;
};

}  // namespace understudy::media
