#include "theatre.h"

#include <fmt/format.h>
#include <signal.h>

#include <cmath>
#include <utility>

#include "origin/clock.h"
#include "origin/tone.h"

namespace understudy::soak {
namespace {

using std::chrono::milliseconds;

constexpr double kFps = 25;
constexpr std::int64_t kSecond = 1'000'000'000;

/// Encoders that agree on nothing but the content clock.
Json second_encoder() {
  return {{"pts_base", 900'000}, {"gop_s", 1}, {"media_sequence", 5000}, {"segment_phase_s", 0.7}};
}

void pause_ms(int ms) { std::this_thread::sleep_for(milliseconds(ms)); }

std::uint16_t port_of(const std::string& base) {
  return static_cast<std::uint16_t>(std::stoi(base.substr(base.rfind(':') + 1)));
}

}  // namespace

Theatre::Theatre(const std::string& csv_path) : begun_ns_(monotonic_ns()), samples_(csv_path) {
  service_.add_channel(kFallback, second_encoder(), "", false);
  service_.add_channel(kPrimary, {}, kFallback, false);
  for (const char* id : {kFallback, kPrimary}) service_.call("POST", std::string("/channels/") + id + "/start");
  if (!wait_for_channels(std::chrono::seconds(60))) throw std::runtime_error("the channels do not play");
  service_pid_ = service_.pid();
  gate_.lead_to(port_of(service_.base()));
  pictures_ = std::make_unique<Pictures>(service_.dir().file("pictures.pipe"));
  sound_ = std::make_unique<Sound>(service_.dir().file("sound.pipe"), [this](const Heard& heard) { on_heard(heard); });
  add_player("recorded", {"--vo", "y4m=" + pictures_->path(), "--ao", "wav=" + sound_->path()});
  add_player("cheap", {});
  sampler_ = std::thread([this] { sample_on(); });
}

Theatre::~Theatre() {
  ending_ = true;
  if (sampler_.joinable()) sampler_.join();
  sound_.reset();  // its thread takes our lock and looks at the pictures
  pictures_.reset();
}

void Theatre::add_player(const std::string& name, const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"--stay-on-stop"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  all.push_back(fmt::format("http://127.0.0.1:{}/playout/{}", gate_.port(), kPrimary));
  Watched w;
  w.name = name;
  w.viewer = std::make_unique<test::Viewer>(service_.dir(), name, all, false);
  w.log = std::make_unique<EventLog>(w.viewer->file("log"));
  players_.push_back(std::move(w));
}

double Theatre::seconds() const { return static_cast<double>(monotonic_ns() - begun_ns_) / kSecond; }

void Theatre::begin_outage(const Outage& o) {
  const std::string primary = std::string("/channels/") + kPrimary;
  switch (o.kind) {
    case OutageKind::primary_fault: service_.set_fault(kPrimary, o.fault); break;
    case OutageKind::fallback_fault: service_.set_fault(kFallback, o.fault); break;
    case OutageKind::both_fault:
      service_.set_fault(kPrimary, o.fault);
      service_.set_fault(kFallback, o.fault);
      break;
    case OutageKind::status_lost: gate_.shut(); break;
    case OutageKind::service_killed:
      service_pid_ = 0;
      service_.kill();
      break;
    case OutageKind::stopped: service_.stop(kPrimary); break;
    case OutageKind::fallback_stopped: service_.stop(kFallback); break;
    case OutageKind::edited:
      if (const auto answer = service_.call("PATCH", primary, o.edit); answer.status != 204)
        throw std::runtime_error("the edit was refused: " + answer.body);
      break;
  }
}

void Theatre::end_outage(const Outage& o) {
  switch (o.kind) {
    case OutageKind::primary_fault:
    case OutageKind::fallback_fault:
    case OutageKind::both_fault:
      service_.clear_faults(kPrimary);
      service_.clear_faults(kFallback);
      break;
    case OutageKind::status_lost: gate_.open(); break;
    case OutageKind::service_killed:
      service_.restart();
      gate_.lead_to(port_of(service_.base()));
      service_pid_ = service_.pid();
      break;
    case OutageKind::stopped: service_.call("POST", std::string("/channels/") + kPrimary + "/start"); break;
    case OutageKind::fallback_stopped: service_.call("POST", std::string("/channels/") + kFallback + "/start"); break;
    case OutageKind::edited: break;
  }
}

bool Theatre::wait_for_channels(std::chrono::seconds deadline) {
  const std::int64_t until = monotonic_ns() + deadline.count() * kSecond;
  while (monotonic_ns() < until) {
    bool all = true;
    for (const char* id : {kPrimary, kFallback})
      all = all && service_.call("GET", std::string("/channels/") + id + "/status").body.find("\"playing\"") !=
                       std::string::npos;
    if (all) return true;
    pause_ms(200);
  }
  return false;
}

std::optional<double> Theatre::wait_for_pictures(std::chrono::seconds deadline) {
  const std::int64_t begin = monotonic_ns();
  std::int64_t moving_since = 0;
  std::int64_t seen = pictures_->count();
  std::int64_t seen_ns = begin;
  while (monotonic_ns() - begin < deadline.count() * kSecond) {
    pause_ms(50);
    const std::int64_t now = monotonic_ns();
    const std::int64_t count = pictures_->count();
    if (now - seen_ns > kSecond) moving_since = 0;
    if (count == seen) continue;
    if (moving_since == 0) moving_since = now;
    seen = count;
    seen_ns = now;
    if (now - moving_since > 2 * kSecond) return static_cast<double>(moving_since - begin) / kSecond;
  }
  return std::nullopt;
}

bool Theatre::wait_for_stop(std::chrono::seconds deadline) {
  const std::int64_t until = monotonic_ns() + deadline.count() * kSecond;
  while (monotonic_ns() < until) {
    read_logs();
    bool all = true;
    for (const Watched& w : players_) all = all && w.has_stopped;
    if (all) return true;
    pause_ms(50);
  }
  return false;
}

void Theatre::read_logs() {
  const std::lock_guard lock(mutex_);
  for (Watched& w : players_) {
    for (const LoggedEvent& event : w.log->read_on()) {
      if (event.type == "stopped" || event.type == "started") w.has_stopped = event.type == "stopped";
      for (const std::string& what : w.judge.observe(event))
        if (w.wrong.size() < 20) w.wrong.push_back(w.name + ": " + what);
    }
  }
}

std::vector<std::string> Theatre::wrong() {
  read_logs();
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (Watched& w : players_) {
    all.insert(all.end(), w.wrong.begin(), w.wrong.end());
    w.wrong.clear();
    if (w.viewer->ended()) all.push_back(w.name + ": the player has ended: " + w.viewer->log().substr(0, 2000));
  }
  return all;
}

std::int64_t Theatre::count(const std::string& event_type) {
  const std::lock_guard lock(mutex_);
  std::int64_t n = 0;
  for (const Watched& w : players_) n += w.log->count(event_type);
  return n;
}

void Theatre::on_heard(const Heard& heard) {
  const auto shown = pictures_->at(heard.at_ns);
  if (!shown) return;
  const double seen_ms =
      1000.0 * static_cast<double>(shown->frame) / kFps + static_cast<double>(heard.at_ns - shown->at_ns) / 1e6;
  const double period = std::chrono::duration<double, std::milli>(server::kTonePeriod).count();
  const std::lock_guard lock(mutex_);
  av_offset_ms_ = std::remainder(heard.content_ms - seen_ms, period);
}

void Theatre::sample_on() {
  for (std::int64_t next = monotonic_ns(); !ending_; next += kSecond) {
    while (!ending_ && monotonic_ns() < next) pause_ms(20);
    read_logs();
    sample();
  }
}

void Theatre::sample() {
  const double t = seconds();
  const std::lock_guard lock(mutex_);
  for (Watched& w : players_) {
    Sample s;
    s.t_s = t;
    s.who = w.name;
    s.quiet = quiet_;
    s.process = test::process_figures(w.viewer->pid(), true);
    s.log_bytes = w.log->bytes();
    if (w.name == "recorded") {
      const std::int64_t now = monotonic_ns();
      if (const auto shown = pictures_->last(); shown && now - shown->at_ns < kSecond) {
        s.channel = shown->channel;
        const auto content = server::time_of_frame(shown->frame, {25, 1}).time_since_epoch();
        const auto age = std::chrono::nanoseconds(now - shown->at_ns);
        s.live_offset_s =
            std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch() - age - content).count();
        s.av_offset_ms = std::exchange(av_offset_ms_, std::nullopt);
        s.sound_clock_ms = sound_->take_clock_error_ms();
      }
      if (const double delay = pictures_->take_stamp_delay_ms(); delay >= 0) s.stamp_delay_ms = delay;
    }
    samples_.add(std::move(s));
  }
  if (const pid_t pid = service_pid_; pid > 0) {
    Sample s;
    s.t_s = t;
    s.who = "service";
    s.quiet = quiet_;
    s.process = test::process_figures(pid, true);
    if (s.process.alive) samples_.add(std::move(s));
  }
}

void Theatre::finish() {
  ending_ = true;
  sampler_.join();
  for (Watched& w : players_) {
    const int code = w.viewer->finish();
    read_logs();
    for (const std::string& what : w.judge.at_end()) w.wrong.push_back(w.name + ": " + what);
    if (code != 0)
      w.wrong.push_back(fmt::format("{}: the player ended with {}: {}", w.name, code, w.viewer->log().substr(0, 500)));
  }
}

void Theatre::keep_logs(const std::filesystem::path& folder) const {
  for (const Watched& w : players_)
    std::filesystem::copy_file(w.viewer->file("log"), folder / (w.name + ".log"), std::filesystem::copy_options::overwrite_existing);
}

std::vector<std::string> Theatre::wrong_at_end() const {
  std::vector<std::string> all;
  for (const Watched& w : players_) all.insert(all.end(), w.wrong.begin(), w.wrong.end());
  return all;
}

}  // namespace understudy::soak
