// What the companion half asks of the origin half, and all of it. The companion knows channels, who falls back to whom and
// what players are told; the origin knows encoders, playlists, sockets and faults. Settings and faults cross this line as
// JSON text that the companion stores and hands on without looking inside.
//
// Threading: every call comes on the io_context's thread and returns at once; slow work (encoding, probing a source) is
// the origin's own business and shows up later in channel_state().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "understudy/result.h"

namespace boost::asio {
class io_context;
}

namespace understudy::server {

/// How far the encoder of one channel has come; maps one to one to the status that players see.
struct EncoderState {
  enum class Kind {
    idle,       // not started, or stopped
    starting,   // the encoder and its socket are being set up
    waiting,    // ready, but the source delivers nothing (yet, or any more)
    ingesting,  // the source delivers; no playable playlist yet
    playing,    // a playlist with at least three segments (or its settings' minimum) is published
    failed,     // gave up; see message
  } kind = Kind::idle;
  std::string message;  // one line for a person; may be empty
  friend bool operator==(const EncoderState&, const EncoderState&) = default;
};

class OriginPort {
 public:
  virtual ~OriginPort() = default;

  /// Starts the live stream of a channel. `settings_json`: the channel's "origin" object, "{}" where none was given; unknown
  /// members are ignored. Starting a running channel restarts it only if its settings differ.
  /// Error: invalid_config naming the member (answered to the management client as 400).
  virtual Result<void> start_channel(const std::string& id, const std::string& settings_json) = 0;
  /// Checks settings without starting anything, for POST and PATCH. Error: as start_channel.
  virtual Result<void> check_settings(const std::string& settings_json) = 0;
  /// Stops the stream and closes its socket; faults stay set. Unknown or idle: no effect.
  virtual void stop_channel(const std::string& id) = 0;
  /// Stops and forgets the channel, its faults and its port.
  virtual void remove_channel(const std::string& id) = 0;

  virtual EncoderState channel_state(const std::string& id) = 0;
  /// Absolute URL of the multivariant (or media) playlist: "http://host:port/…/index.m3u8". The same for the life of the
  /// process, also while the channel is stopped, so that a document can name it early; may be empty before the first start.
  virtual std::string playout_url(const std::string& id) = 0;

  /// `POST /channels/{id}/faults`: adds the fault (object) or faults (array) of the body. Returns the JSON array of all faults
  /// of the channel, with the ids that the origin gave them. Works for a channel that is not started yet. Error: invalid_config.
  virtual Result<std::string> set_faults(const std::string& id, const std::string& json) = 0;
  /// The JSON array of all faults of the channel: pending, active and ended.
  virtual std::string faults(const std::string& id) = 0;
  virtual void clear_faults(const std::string& id) = 0;

  /// `--script FILE`: faults at times after start for any channel; the format is the origin's. Error: invalid_config with line.
  virtual Result<void> run_script(const std::string& text) = 0;
  /// Stops everything and closes every socket; called once, before the io_context ends.
  virtual void stop_all() = 0;
};

struct OriginOptions {
  std::string address = "127.0.0.1";      // the address that the channels' sockets bind to
  std::string public_host = "127.0.0.1";  // the host in playout URLs
  std::uint16_t base_port = 0;            // the first channel's port, then counting up; 0: any free ports
  std::string source;                     // default media (file or URL, looped); empty: the synthetic scene
};

std::unique_ptr<OriginPort> make_origin(boost::asio::io_context& io, OriginOptions options);

}  // namespace understudy::server
