// What was on the screen when: a source's pictures, a picture that stands, or a card.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "understudy/frame.h"
#include "understudy/player.h"

namespace understudy::desktop {

struct ScreenSpan {
  enum class Kind { source, held, paused, card } kind = Kind::card;
  SourceId source{};                      // of source and held
  Card::Kind card = Card::Kind::joining;  // of card
  Instant from{};
  Instant to{};
};

const char* to_string(ScreenSpan::Kind kind);

/// A picture counts as standing from the end of its duration on, once it is late by more than this: less is jitter of
/// the presentation, which the gaps and repeats count.
inline constexpr Duration kHeldAfter = std::chrono::milliseconds(200);

class ScreenLog {
 public:
  explicit ScreenLog(Instant start) { show_card(Card::Kind::joining, start); }

  void show_picture(const VideoFrame& frame, Instant now);
  void show_card(Card::Kind card, Instant now);
  /// Call often: finds pictures that stand.
  void tick(bool paused, Instant now);
  /// The spans so far, the last one ending now. Bounded: beyond 10000 the newest grows instead.
  std::vector<ScreenSpan> spans(Instant now) const;

 private:
  void begin(const ScreenSpan& span);

  std::vector<ScreenSpan> spans_;
  bool has_picture_ = false;
  SourceId source_{};
  Instant picture_until_{};
};

}  // namespace understudy::desktop
