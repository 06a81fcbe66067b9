#include "view.h"

#include <fmt/format.h>

#include <algorithm>

#include "cards.h"
#include "event_text.h"
#include "player/event_json.h"
#include "poster.h"

namespace understudy::desktop {
namespace {

constexpr Duration kMessageTime = std::chrono::milliseconds(1500);
constexpr Duration kStatsInterval = std::chrono::milliseconds(250);
constexpr Duration kBitrateWindow = std::chrono::seconds(5);
constexpr std::size_t kMaxLines = 32;
constexpr int kVolumeStep = 5;

void append(std::deque<std::string>& lines, std::string line) {
  if (lines.size() >= kMaxLines) lines.pop_front();
  lines.push_back(std::move(line));
}

}  // namespace

std::optional<Error> View::update(const Card& card, PlayerState state, bool picture_on, Instant now) {
  changed_ = changed_ || card.kind != card_.kind || card.announcement != card_.announcement ||
             card.detail != card_.detail || state != state_ || picture_on != picture_on_ ||
             (!message_.empty() && now >= message_until_);
  if (!message_.empty() && now >= message_until_) message_.clear();
  card_ = card;
  state_ = state;
  picture_on_ = picture_on;
  if (card.poster == poster_bytes_) return std::nullopt;
  poster_bytes_ = card.poster;
  poster_.reset();
  changed_ = true;
  if (!card.poster) return std::nullopt;
  auto decoded = decode_poster(*card.poster);
  if (!decoded) return decoded.error();
  poster_ = std::move(*decoded);
  return std::nullopt;
}

void View::update_stats(const PlayerStats& stats, Instant now) {
  stats_ = stats;
  on_air_.clear();
  for (const SourceInfo& source : stats.sources) {
    if (stats.on_air == source.id) on_air_ = source.name;
  }
  bytes_.emplace_back(now, stats.bytes_total);
  while (bytes_.size() > 2 && now - bytes_.front().first > kBitrateWindow) bytes_.pop_front();
  changed_ = changed_ || overlay_;
}

void View::add_event(const Event& event, Instant start) {
  append(events_, to_text(event, start));
  if (event.type == EventType::switched && event.source && event.from) {
    const SwitchFacts facts = event.switch_facts.value_or(SwitchFacts{});
    append(switches_, fmt::format("{:.1f} s  {} → {}  {}, gap {} ms, {} lost, {} repeated",
                                  static_cast<double>((event.at - start).count()) / 1e9, name_of(event, *event.from),
                                  name_of(event, *event.source), to_string(event.reason), facts.gap_ms,
                                  facts.frames_lost, facts.frames_repeated));
  }
}

void View::say(std::string message, Instant now) {
  message_ = std::move(message);
  message_until_ = now + kMessageTime;
  changed_ = true;
}

int View::change_volume(int by) {
  volume_ = std::clamp(volume_ + by * kVolumeStep, 0, 100);
  return volume_;
}

bool View::take_changed(Instant now) {
  const bool moves = !picture_on_ && animation_interval_ms(card_.kind) > 0;
  const bool step = moves && now - animated_ >= kStatsInterval;
  if (step) animated_ = now;
  return std::exchange(changed_, false) || step;
}

ScreenContent View::content(Instant now) const {
  ScreenContent content;
  content.card = picture_on_ ? Card::Kind::none : card_.kind;
  if (!picture_on_ && card_.kind == Card::Kind::none) content.card = Card::Kind::joining;
  content.announcement = card_.announcement;
  content.detail = card_.detail;
  content.channel = channel_;
  content.poster = poster_;
  content.message = message_;
  content.animation_ms = to_ms(now.time_since_epoch());
  if (picture_on_ && state_ == PlayerState::offline) content.notice = "Offline: waiting for the network";
  if (picture_on_ && state_ == PlayerState::paused) content.notice = "Paused";
  if (!overlay_) return content;
  content.overlay =
      OverlayView{stats_, {switches_.begin(), switches_.end()}, {events_.begin(), events_.end()}, 0, volume_, muted_};
  if (bytes_.size() > 1 && bytes_.back().first > bytes_.front().first) {
    const auto bytes = static_cast<double>(bytes_.back().second - bytes_.front().second);
    const auto ns = static_cast<double>((bytes_.back().first - bytes_.front().first).count());
    content.overlay->bits_per_second = static_cast<std::int64_t>(bytes * 8e9 / ns);
  }
  return content;
}

std::string View::title() const {
  const std::string state(understudy::to_string(state_));
  const bool elsewhere = state_ == PlayerState::playing && !on_air_.empty() && on_air_ != channel_;
  return fmt::format("{} · {} · Understudy", channel_, elsewhere ? "playing " + on_air_ : state);
}

}  // namespace understudy::desktop
