// What the checkers may know, taken from the world and from what the faults did to it; never from the engine.
#pragma once

#include "simulation/checkers/truth.h"
#include "stage.h"

namespace understudy::simulation {

class WorldTruth final : public Truth {
 public:
  WorldTruth(Stage& stage, const Script& script);

  Instant now() const override { return stage_.world().now(); }
  WallTime wall() const override { return stage_.world().wall(); }
  Instant awake_since() const override { return awake_since_; }
  const SessionConfig& config() const override { return stage_.world().config; }
  const status::StatusDocument& document() const override { return stage_.world().service().document(); }
  std::string name_of(SourceId source) const override { return stage_.world().name_of(source); }
  bool service_reachable() const override;
  Duration document_age() const override { return stage_.pins > 0 ? now() - stage_.pinned_at : Duration::zero(); }
  bool delivers(const std::string& member) const override { return stage_.delivers(member); }
  Duration delivers_for(const std::string& member) const override { return stage_.delivers_for(member); }
  Trouble trouble(const std::string& member) const override { return stage_.trouble(member); }
  int troubles(const std::string& member) const override { return stage_.troubles(member); }
  std::int64_t byte_rate(const std::string& member) const override { return stage_.publisher(member).settings().bitrate / 8; }
  Duration lag(const std::string& member) const override;
  Duration segment(const std::string& member) const override { return stage_.segment_of(member); }
  MediaTime oldest(const std::string& member, WallTime at) const override {
    return MediaTime(stage_.publisher(member).window_begin(at));
  }
  bool is_gap(const std::string& url) const override;
  bool network_up() const override { return stage_.clients_down == 0; }
  Duration network_up_for() const override;
  bool paused() const override { return stage_.pauses > 0; }
  Duration buffer() const override;
  bool aligned() const override { return stage_.aligned; }
  bool dates_jumped() const override { return stage_.dates_jumped; }
  std::size_t requests_under_way() const override { return stage_.world().network().under_way(); }
  bool replayed() const override { return replayed_; }

  /// It is about to sleep for so long: who is told that it woke must see it so.
  void sleeps(Duration d) { awake_since_ = now() + d; }

 private:
  Stage& stage_;
  Instant awake_since_;
  bool replayed_ = false;
};

}  // namespace understudy::simulation
