// What truly is so, whatever the engine believes: the checkers' only source besides what passes between engine and world.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/status/document.h"
#include "understudy/config.h"
#include "understudy/ids.h"
#include "understudy/time.h"

namespace understudy::simulation {

/// What keeps a member from delivering, by the rows of FAILOVER.md 11. The worst one where there are several.
enum class Trouble {
  none,
  refused,     // refused, reset, an HTTP error: told at once
  silent,      // black hole, slow first byte, lost packets
  trickle,     // bodies slower than real time
  stale,       // the playlist stands still
  bad_media,   // segments missing, truncated, damaged, marked as gaps
  restarted,   // media sequence numbers or the window went back; an end of list without a stop
};

struct Truth {
  virtual ~Truth() = default;

  // -- time
  virtual Instant now() const = 0;
  virtual WallTime wall() const = 0;
  /// When the machine last woke from a suspend; the begin of the run where it never slept.
  virtual Instant awake_since() const = 0;

  // -- what the engine was given, and what the service says
  virtual const SessionConfig& config() const = 0;
  /// As the service would publish it now, caches aside.
  virtual const status::StatusDocument& document() const = 0;
  virtual std::string name_of(SourceId source) const = 0;
  /// A poll sent now would be answered with a document, within a second.
  virtual bool service_reachable() const = 0;
  /// How old a document a cache on the way may hand out.
  virtual Duration document_age() const = 0;

  // -- members, by name
  /// Its media is published, reachable, whole, decodable and fast enough for the viewer's own access too.
  virtual bool delivers(const std::string& member) const = 0;
  /// For how long it has done so without a break; zero where it does not.
  virtual Duration delivers_for(const std::string& member) const = 0;
  virtual Trouble trouble(const std::string& member) const = 0;
  /// How many troubles have befallen it so far, those of the viewer's own access among them.
  virtual int troubles(const std::string& member) const = 0;
  /// Of its media, in bytes per second.
  virtual std::int64_t byte_rate(const std::string& member) const = 0;
  /// Duration of its segments.
  virtual Duration segment(const std::string& member) const = 0;
  /// Where the oldest segment that its playlist lists at a time begins, in content time.
  virtual MediaTime oldest(const std::string& member, WallTime at) const = 0;
  /// The URL is one of a segment that its playlist marks as a gap.
  virtual bool is_gap(const std::string& url) const = 0;

  // -- the viewer
  virtual bool network_up() const = 0;
  /// For how long it has been up; zero where it is down.
  virtual Duration network_up_for() const = 0;
  virtual bool paused() const = 0;
  /// Good media ahead of the playhead, of the source on the screen.
  virtual Duration buffer() const = 0;
  /// All sources of this run are dated rightly and publish without lag: repeats and losses count.
  virtual bool aligned() const = 0;
  /// Some member's dates have jumped, by more than sound is compared over. Where its content lies since then nobody can tell.
  virtual bool dates_jumped() const = 0;
  /// Requests that the network still works on for the engine.
  virtual std::size_t requests_under_way() const = 0;
  /// Whether this run pays for a second engine that gets the same inputs.
  virtual bool replayed() const = 0;
  /// How much later than it could a member publishes, jitter included.
  virtual Duration lag(const std::string& member) const = 0;
};

}  // namespace understudy::simulation
