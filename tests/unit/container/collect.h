// Runs the demuxer over bytes and keeps what comes out.
#pragma once

#include <filesystem>
#include <map>
#include <random>
#include <vector>

#include "container/demuxer.h"

namespace understudy::test {

using Bytes = std::vector<std::uint8_t>;

class Collector : public container::Sink {
 public:
  void on_track(const container::TrackInfo& track) override;
  void on_access_unit(container::AccessUnit&& unit) override;

  std::map<std::uint32_t, container::TrackInfo> tracks;
  std::map<std::uint32_t, std::vector<container::AccessUnit>> units;
  std::size_t announcements = 0;
  std::size_t total() const;
};

struct Demuxed {
  Collector out;
  container::SegmentReport report;
};

/// How the bytes are cut before they are pushed.
struct Chunking {
  enum class Kind { whole, bytewise, random } kind = Kind::whole;
  std::uint32_t seed = 0;
};

void push_chunked(container::Demuxer& demuxer, std::span<const std::uint8_t> bytes, const Chunking& chunking,
                  container::Sink& sink);

/// `init` (may be empty) and `body` as one segment of a fresh demuxer.
Demuxed demux(std::span<const std::uint8_t> init, std::span<const std::uint8_t> body, const Chunking& chunking = {},
              container::BodyEnd end = container::BodyEnd::complete, const container::Limits& limits = {});

bool same(const container::AccessUnit& a, const container::AccessUnit& b);
/// Whether each track's units in `part` are the first ones of `whole`.
bool is_prefix(const Collector& part, const Collector& whole);

Bytes read_file(const std::filesystem::path& path);

}  // namespace understudy::test
