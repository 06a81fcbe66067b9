#include "screen_log.h"

namespace understudy::desktop {
namespace {

constexpr std::size_t kMaxSpans = 10'000;
constexpr Duration kUsualFrame = std::chrono::milliseconds(40);

bool same(const ScreenSpan& a, const ScreenSpan& b) {
  if (a.kind != b.kind) return false;
  return a.kind == ScreenSpan::Kind::card ? a.card == b.card : a.source == b.source;
}

}  // namespace

const char* to_string(ScreenSpan::Kind kind) {
  switch (kind) {
    case ScreenSpan::Kind::source: return "source";
    case ScreenSpan::Kind::held: return "held";
    case ScreenSpan::Kind::paused: return "paused";
    case ScreenSpan::Kind::card: return "card";
  }
  return "card";
}

void ScreenLog::begin(const ScreenSpan& span) {
  if (!spans_.empty() && same(spans_.back(), span)) return;
  if (spans_.size() >= kMaxSpans) return;
  if (!spans_.empty()) spans_.back().to = span.from;
  spans_.push_back(span);
}

void ScreenLog::show_picture(const VideoFrame& frame, Instant now) {
  has_picture_ = true;
  source_ = frame.source;
  picture_until_ = now + (frame.duration > Duration::zero() ? frame.duration : kUsualFrame);
  begin({ScreenSpan::Kind::source, frame.source, Card::Kind::none, now, now});
}

void ScreenLog::show_card(Card::Kind card, Instant now) {
  has_picture_ = false;
  begin({ScreenSpan::Kind::card, {}, card, now, now});
}

void ScreenLog::tick(bool paused, Instant now) {
  if (!has_picture_) return;
  if (paused) {
    begin({ScreenSpan::Kind::paused, source_, Card::Kind::none, now, now});
  } else if (now > picture_until_ + kHeldAfter && spans_.back().kind == ScreenSpan::Kind::source) {
    begin({ScreenSpan::Kind::held, source_, Card::Kind::none, picture_until_, now});
  }
}

std::vector<ScreenSpan> ScreenLog::spans(Instant now) const {
  std::vector<ScreenSpan> spans = spans_;
  if (!spans.empty()) spans.back().to = now;
  return spans;
}

}  // namespace understudy::desktop
