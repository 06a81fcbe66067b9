// One channel of the test origin: its own socket, its stream, its faults. Lives on the io_context's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "faults/fault.h"
#include "http/server.h"
#include "origin/live_stream.h"

namespace understudy::server {

class OriginChannel {
 public:
  OriginChannel(boost::asio::io_context& io, std::string id, std::uint8_t default_index);
  ~OriginChannel();
  OriginChannel(const OriginChannel&) = delete;
  OriginChannel& operator=(const OriginChannel&) = delete;

  /// Binds the channel's port. Throws boost::system::system_error.
  std::uint16_t listen(const std::string& address, std::uint16_t port);
  void start(const ChannelSettings& settings, WallTime now);
  void stop();
  bool running() const { return stream_ != nullptr; }
  EncoderState state(WallTime now);

  FaultSchedule& faults() { return faults_; }
  /// To be called after the faults were edited, and at each FaultSchedule::next_change.
  void apply_faults(WallTime now);
  /// To be called before the faults are edited: what is due until now is published under the old ones.
  void settle(WallTime now);

  /// Public for tests: the answer to a request at a given time.
  Response respond(const Request& request, WallTime now);

 private:
  Response route(const Request& request, WallTime now);
  Response media_playlist(WallTime now);
  Response segment(const Request& request, const std::string& name, WallTime now);
  void spoil(Response& response, bool segment_request, std::uint64_t salt, WallTime now);
  bool missing(int generation, std::int64_t media_sequence, WallTime due) const;
  std::vector<ContentFault> content_faults() const;
  PublishFaults publish_faults() const;

  const std::string id_;
  const std::uint8_t default_index_;
  FaultSchedule faults_;
  std::optional<ChannelSettings> settings_;
  std::unique_ptr<LiveStream> stream_;
  struct StalePlaylist {
    int fault_id = 0;
    std::string text;
  };
  std::optional<StalePlaylist> stale_;
  bool refusing_ = true;
  HttpServer server_;
};

}  // namespace understudy::server
