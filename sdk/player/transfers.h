// The requests under way, from the session's Fetch to its FetchDone. Segment bodies stream into the media pipeline as they
// arrive; only the bodies of small documents are collected (bounded by Fetch::max_body_bytes).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/loading/commands.h"
#include "media/pipeline.h"
#include "net/http_client.h"

namespace understudy {

class Transfers : public net::HttpObserver {
 public:
  Transfers(net::HttpClient& http, media::Pipeline& pipeline) : http_(&http), pipeline_(&pipeline) {}

  void start(loading::Fetch fetch);
  void cancel(RequestId id);
  /// What arrived of this segment is all there will be.
  void abandon(const loading::SegmentTarget& segment);
  void cancel_all();

  /// Moves the transfers on; then take_done() and take_progress() say what came of them, in order.
  void poll(Instant now);
  std::vector<loading::FetchDone> take_done() { return std::exchange(done_, {}); }
  /// At most one per request and kProgressInterval, and one for the first bytes.
  std::vector<loading::FetchProgress> take_progress() { return std::exchange(progress_, {}); }

  void on_head(RequestId id, const net::HttpHead& head) override;
  void on_body(RequestId id, std::span<const std::uint8_t> bytes) override;
  void on_done(RequestId id, const Error& error, const net::HttpTiming& timing) override;

 private:
  static constexpr Duration kProgressInterval = from_ms(100);
  static constexpr std::size_t kMaxInits = 32;

  struct Transfer {
    loading::Fetch fetch;
    net::HttpHead head;
    std::string body;
    std::uint64_t accepted = 0;  // bytes of the body that were used
    bool begun = false;
    std::optional<Instant> told;
  };

  bool usable(const Transfer& t) const { return t.head.status == 200 || t.head.status == 206; }
  void begin_segment(Transfer& t);
  const std::string& init_of(const loading::SegmentTarget& segment) const;

  net::HttpClient* http_;
  media::Pipeline* pipeline_;
  Instant now_{};
  std::map<RequestId, Transfer> transfers_;
  std::deque<std::pair<RequestId, std::string>> inits_;  // media initialization sections, the last kMaxInits
  std::vector<loading::FetchDone> done_;
  std::vector<loading::FetchProgress> progress_;
};

/// The same segment in the pipeline's words.
media::SegmentRef to_media(const loading::SegmentTarget& target);

}  // namespace understudy
