// Bytes as what the world may tell a Session: each byte chooses an input and the next ones its fields. Answers go to requests
// that are open as well as to ones that are not, facts come of segments that are under way and of any other, times from all
// over. It remembers what the session asked for only so that inputs of the right kind exist at all.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/session/io.h"
#include "support/target.h"
#include "understudy/config.h"

namespace understudy::fuzz {

class SessionScript {
 public:
  explicit SessionScript(Bytes bytes) : reader_(bytes) {}

  SessionConfig config();
  bool over() const { return reader_.empty(); }
  /// Also moves the clocks.
  session::Input next();
  Instant now() const { return now_; }
  WallTime wall() const { return wall_; }
  /// Goes straight to a deadline, if it lies in reach.
  void pass_until(Instant at);

  /// What the session put out, so that later inputs can refer to it.
  void note(const session::Output& output);

  const std::map<RequestId, loading::Fetch>& open() const { return open_; }

 private:
  void pass_time();
  session::Input answer(bool of_an_open_request);
  std::string body(const loading::Fetch& fetch);
  std::string document();
  std::string playlist();
  session::Input progress();
  loading::SegmentTarget target();
  session::Input opened();
  session::Input closed();
  session::Input state();
  session::Input fact();
  SourceId source() { return SourceId{static_cast<std::uint32_t>(reader_.below(4))}; }
  RequestId request();
  MediaTime media_time();
  Duration duration();

  Reader reader_;
  Instant now_{std::chrono::seconds(1000)};
  WallTime wall_{std::chrono::seconds(1'767'225'600)};
  std::optional<Instant> deadline_;
  std::map<RequestId, loading::Fetch> open_;
  std::vector<loading::SegmentTarget> targets_;  // of the last requests for segments
};

}  // namespace understudy::fuzz
