// What is to be drawn besides the picture itself: the card, brief messages, notices and statistics. Knows no SDL
// window.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "report.h"
#include "screen.h"
#include "understudy/player.h"

namespace understudy::desktop {

class View {
 public:
  View(std::string channel, int volume, bool muted, bool overlay)
      : channel_(std::move(channel)), volume_(volume), muted_(muted), overlay_(overlay) {}

  /// After each round of the player. An undecodable poster is returned as an error, once; its card shows text.
  std::optional<Error> update(const Card& card, PlayerState state, bool picture_on, Instant now);
  void update_stats(const PlayerStats& stats, Instant now);
  void add_event(const Event& event, Instant start);

  void say(std::string message, Instant now);
  void toggle_overlay() { overlay_ = !overlay_; }
  bool overlay_on() const { return overlay_; }
  int change_volume(int by);
  bool toggle_mute() { return muted_ = !muted_; }

  /// Something that content() returns may have changed since the last call of this.
  bool take_changed(Instant now);
  ScreenContent content(Instant now) const;
  std::string title() const;
  Card::Kind card() const { return card_.kind; }

 private:
  std::string channel_;
  int volume_;
  bool muted_;
  bool overlay_;
  Card card_;
  PlayerState state_ = PlayerState::joining;
  std::string on_air_;
  bool picture_on_ = false;
  std::shared_ptr<const std::string> poster_bytes_;
  std::shared_ptr<SDL_Surface> poster_;
  std::string message_;
  Instant message_until_{};
  PlayerStats stats_;
  std::deque<std::pair<Instant, std::uint64_t>> bytes_;  // of the last seconds, for the bit rate
  std::deque<std::string> events_;                       // bounded: kMaxLines
  std::deque<std::string> switches_;
  bool changed_ = true;
  Instant animated_{};
};

}  // namespace understudy::desktop
