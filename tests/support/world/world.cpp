#include "support/world/world.h"

#include <algorithm>

namespace understudy::world {

namespace {
constexpr int kMaxRounds = 8;   // as Player::iterate()
constexpr int kMaxSpins = 200;  // turns within one instant
// While a watcher sees them, requests are kept for so long; there are more than so many only where they are frequent.
constexpr Duration kRequestsKept = 2min;
constexpr std::size_t kRequestsSlack = 1000;
}  // namespace

World::World() : service_("a") {
  network_.host(StatusService::kHost).answer = [this](const loading::Fetch& fetch, const std::string&) {
    return service_.answer(fetch);
  };
  config.status_url = service_.url();
  config.seed = 7;
  service_.edit([&](status::StatusDocument& d) { d.playout.hls = origin("a").publisher().url(); });
  add_fallback("b");
  observer_.may_be_switched_to = [this](SourceId id) {
    const std::string name = name_of(id);
    if (config.status_url.empty() || id.value == 0) return true;
    for (const status::MemberState& m : service_.document().members)
      if (m.src == name) return m.enabled && m.active;
    return false;
  };
}

Origin& World::origin(const std::string& name) {
  auto& place = origins_[name];
  if (place) return *place;
  place = std::make_unique<Origin>(*this, name, PublisherSettings{});
  Origin* origin = place.get();
  network_.host(name + ".test").answer = [this, origin](const loading::Fetch&, const std::string& path) {
    return Answer{origin->publisher().get(path, wall()), origin->publisher().etag(wall())};
  };
  return *place;
}

Origin& World::add_fallback(const std::string& name) {
  Origin& added = origin(name);
  service_.edit([&](status::StatusDocument& d) { service_.member(d, name).playout.hls = added.publisher().url(); });
  return added;
}

Policy& World::policy() {
  Policy* policy = nullptr;
  service_.edit([&](status::StatusDocument& d) { policy = &d.policy; });
  return *policy;
}

// ---- what changes ---------------------------------------------------------------------------------------------------------------

Change& World::at_once(std::function<void()> begin, std::function<void()> end) {
  changes_.emplace_back(now_, std::move(begin), std::move(end));
  return changes_.back();
}

Change& World::edit_document(std::function<void(status::StatusDocument&)> edit) {
  return at_once([this, edit = std::move(edit)] { service_.edit(edit); });
}

Change& World::set_status(const std::string& name, status::ChannelStatus status) {
  return edit_document([this, name, status](status::StatusDocument& d) {
    if (name == d.channel_id)
      d.status = status;
    else
      service_.member(d, name).status = status;
  });
}

Change& World::status_service_down() {
  auto effect = std::make_shared<Effect>();
  return at_once([this, effect] { network_.begin(effect, StatusService::kHost); },
                 [this, effect] { network_.end(effect, StatusService::kHost); });
}

Change& World::status_service_answers(int code, std::optional<Duration> retry_after) {
  auto effect = std::make_shared<Effect>();
  effect->kind = Effect::Kind::status;
  effect->status = code;
  effect->retry_after = retry_after;
  return at_once([this, effect] { network_.begin(effect, StatusService::kHost); },
                 [this, effect] { network_.end(effect, StatusService::kHost); });
}

Change& World::network_down() {
  return at_once([this] { network_.set_down(true); }, [this] { network_.set_down(false); });
}

Change& World::connections_reset() {
  return at_once([this] { network_.reset_connections(); });
}

Change& World::viewer_bandwidth(std::int64_t bytes_per_second) {
  return at_once([this, bytes_per_second] { network_.set_rate(bytes_per_second); }, [this] { network_.set_rate(2'500'000); });
}

void World::apply_changes() {
  for (Change& change : changes_) {
    if (!change.begun_ && change.from_ <= now_) {
      change.begun_ = true;
      change.begin_();
      if (watcher_ != nullptr) watcher_->on_change();
    }
    if (change.begun_ && change.until_ && *change.until_ <= now_) {
      change.until_.reset();
      if (change.end_) change.end_();
      if (watcher_ != nullptr) watcher_->on_change();
    }
  }
  changes_.remove_if([](const Change& c) { return c.begun_ && !c.until_; });
}

Instant World::next_change() const {
  Instant at = Instant::max();
  for (const Change& change : changes_) {
    if (!change.begun_) at = std::min(at, change.from_);
    if (change.until_) at = std::min(at, *change.until_);
  }
  return at;
}

// ---- time -----------------------------------------------------------------------------------------------------------------------

void World::begin() {
  session_ = std::make_unique<session::Session>(config);
  network_.advance(now_);
  media_.skip_to(now_);
}

void World::run_for(Duration d) {
  const Instant end = now_ + d;
  if (!session_) {
    begin();
    apply_changes();
    iterate();
  }
  while (now_ < end) {
    apply_changes();
    const Instant media = turns_every_frame ? media_.next_deadline() : media_.next_fact();
    Instant next = std::min({deadline_, network_.next_event(), media, next_change(), end});
    if (!commands_.empty()) next = now_;
    next = std::max(next, now_);
    spins_ = next == now_ ? spins_ + 1 : 0;
    if (spins_ > kMaxSpins) {
      observer_.complain("the engine spins");
      return;
    }
    pass_to(next);
    apply_changes();
    iterate();
  }
}

/// What happens by itself until then.
void World::pass_to(Instant next) {
  media_.iterate(next);
  tell_shown(next);
  now_ = next;
  network_.advance(now_);
}

void World::suspend(Duration d) {
  network_.reset_connections();
  now_ += d;
  network_.advance(now_);
  media_.skip_to(now_);
  if (watcher_ != nullptr) watcher_->on_change();
  apply_changes();
  iterate();
}

/// As Player::iterate() does it. Where the last turn is long ago, what the engine believes of the media is brought up to date first,
/// as if the turns between had taken place.
void World::iterate() {
  const bool news = deliver_facts();
  if (turns_every_frame)
    feed(session::Tick{});
  else if (!news)
    feed_state();
  for (const session::Input& input : std::exchange(commands_, {})) feed(input);
  for (int round = 0; round < kMaxRounds; ++round) {
    const bool moved = deliver_network();
    media_.iterate(now_);
    if (!deliver_facts() && !moved) break;
  }
  if (turns_every_frame || acted_) feed_state();
}

void World::feed_state() {
  media_.describe(std::get<session::MediaState>(state_));
  acted_ = false;
  feed(state_);
}

bool World::deliver_network() {
  network_.take_events(events_);
  for (const NetworkEvent& event : events_) {
    if (const auto* bytes = std::get_if<SegmentBytes>(&event))
      media_.append(bytes->target, bytes->content, bytes->received, bytes->complete);
    else if (const auto* progress = std::get_if<loading::FetchProgress>(&event))
      feed(*progress);
    else
      feed(std::get<loading::FetchDone>(event));
  }
  return !events_.empty();
}

bool World::deliver_facts() {
  media_.take_facts(facts_);
  for (const Fact& fact : facts_) std::visit([this](const auto& f) { feed(f); }, fact);
  tell_shown(now_ + Duration(1));
  return !facts_.empty();
}

/// The pictures from before `until`; what is shown at an instant is told after the facts of that instant.
void World::tell_shown(Instant until) {
  media_.take_shown(shown_, until);
  const Instant now = now_;
  for (const Shown& shown : shown_) {
    now_ = shown.at;
    observer_.on_shown(shown);
    if (watcher_ != nullptr) watcher_->on_shown(shown);
  }
  now_ = now;
}

void World::command(const session::Input& input) {
  if (session_) commands_.push_back(input);
}

void World::switch_to(const std::string& name) {
  for (const SourceInfo& info : session_->sources())
    if (info.name == name) command(session::SwitchTo{info.id});
}

void World::feed(const session::Input& input) {
  if (watcher_ != nullptr) watcher_->on_input(input);
  session_->handle(input, now_, wall());
  for (;;) {
    const session::Output output = session_->poll_output();
    if (watcher_ != nullptr) watcher_->on_output(output);
    if (const auto* deadline = std::get_if<session::Deadline>(&output)) {
      deadline_ = deadline->at;
      acted_ = acted_ || &input != &state_;
      return;
    }
    acted_ = true;
    carry_out(output);
  }
}

void World::carry_out(const session::Output& output) {
  if (keeps_transcript) note(output);
  struct Visitor {
    World& w;
    void operator()(const loading::Fetch& o) {
      w.network_.start(o, w.now_);
      if (w.watcher_ == nullptr) return;
      w.watcher_->on_request(w.network_.requests().back());
      if (w.network_.requests().size() > kRequestsSlack) w.network_.forget_requests(w.now_ - kRequestsKept);
    }
    void operator()(const loading::CancelFetch& o) { w.network_.cancel(o.id); }
    void operator()(const loading::OpenSource& o) { w.media_.open(o.source, o.epoch); }
    void operator()(const loading::CloseSource& o) { w.media_.close(o.source); }
    void operator()(const loading::OpenDirect&) {}
    void operator()(const loading::Anchor& o) { w.media_.anchor(o.source, o.epoch, o.discontinuity_sequence, o.offset); }
    void operator()(const loading::AbandonSegment& o) { w.media_.abandon(o.segment); }
    void operator()(const loading::EndOfStream& o) { w.media_.end_of_stream(o.source, o.epoch); }
    void operator()(const session::StartPlayback& o) { w.media_.start(o.source, o.from); }
    void operator()(const session::Prepare& o) { w.media_.prepare(o.source); }
    void operator()(const session::StandBy& o) { w.media_.stand_by(o.source); }
    void operator()(const session::CancelPrepare& o) { w.media_.cancel(o.source); }
    void operator()(const session::Splice& o) { w.media_.splice(o.to); }
    void operator()(const session::StopMedia&) { w.media_.stop(); }
    void operator()(const session::PauseMedia& o) { w.media_.set_paused(o.paused); }
    void operator()(const session::SetRate& o) { w.media_.set_rate_ppm(o.ppm); }
    void operator()(const session::PosterLoaded&) {}
    void operator()(const Event& o) { w.observer_.on_event(o); }
    void operator()(const session::Deadline&) {}
  };
  std::visit(Visitor{*this}, output);
}

// ---- what is to be seen -----------------------------------------------------------------------------------------------------------

void World::note(const session::Output& output) {
  transcript_ += std::to_string(to_ms(now_ - kStart)) + " ";
  if (const auto* fetch = std::get_if<loading::Fetch>(&output)) {
    transcript_ += "fetch " + fetch->url;
  } else if (const auto* event = std::get_if<Event>(&output)) {
    transcript_ += "event " + std::string(to_string(event->type)) + " " + std::string(to_string(event->reason)) + " " +
                   name_of(event->source) + " " + event->detail + (event->error ? event->error->detail : "");
  } else {
    constexpr const char* kNames[] = {"fetch",          "cancel",  "open",    "close",         "direct", "anchor",
                                      "abandon",        "end",     "start",   "prepare",       "stand_by", "cancel_prepare",
                                      "splice",         "stop",    "pause",   "rate",          "poster", "event",
                                      "deadline"};
    transcript_ += kNames[output.index()];
  }
  transcript_ += "\n";
}

std::string World::name_of(std::optional<SourceId> id) const {
  if (!id || !session_) return "";
  for (const SourceInfo& info : session_->sources())
    if (info.id == *id) return info.name;
  return "";
}

std::string World::on_screen() const {
  if (!media_.picture() || observer_.shown().empty()) return "";
  return name_of(observer_.shown().back().source);
}

Duration World::live_offset() const { return wall().time_since_epoch() - media_.playhead().time_since_epoch(); }

std::size_t World::requests_to(const std::string& host, Duration within) const {
  const auto& all = network_.requests();
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const RequestRecord& r) {
    return r.host == host + ".test" && r.at > now_ - within;
  }));
}

bool World::engine_is_idle() const { return network_.under_way() == 0 && deadline_ == Instant::max(); }

}  // namespace understudy::world
