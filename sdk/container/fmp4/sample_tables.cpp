#include "container/fmp4/sample_tables.h"

#include "container/fmp4/box.h"

namespace understudy::container::fmp4 {
namespace {

ByteReader open_table(std::span<const std::uint8_t> stbl, std::uint32_t type) {
  ByteReader bytes(find_box(stbl, type));
  bytes.skip(4);
  return bytes;
}

/// Runs of equal values: (count, value) pairs.
class RunTable {
 public:
  RunTable(std::span<const std::uint8_t> stbl, std::uint32_t type) : bytes_(open_table(stbl, type)) {
    left_entries_ = bytes_.u32();
  }
  std::uint32_t next() {
    while (left_in_run_ == 0 && left_entries_ > 0 && bytes_.left() >= 8) {
      --left_entries_;
      left_in_run_ = bytes_.u32();
      value_ = bytes_.u32();
    }
    if (left_in_run_ == 0) return 0;
    --left_in_run_;
    return value_;
  }

 private:
  ByteReader bytes_;
  std::uint32_t left_entries_ = 0;
  std::uint32_t left_in_run_ = 0;
  std::uint32_t value_ = 0;
};

/// Whether sample n is a sync sample; all are where there is no stss.
class SyncTable {
 public:
  explicit SyncTable(std::span<const std::uint8_t> stbl)
      : all_(find_box(stbl, fourcc("stss")).data() == nullptr), bytes_(open_table(stbl, fourcc("stss"))) {
    bytes_.skip(4);
    next_ = bytes_.u32();
  }
  bool contains(std::uint32_t number) {
    while (next_ < number && bytes_.left() >= 4) next_ = bytes_.u32();
    return all_ || next_ == number;
  }

 private:
  bool all_;
  ByteReader bytes_;
  std::uint32_t next_ = 0;
};

/// How many samples the next chunk has.
class ChunkTable {
 public:
  explicit ChunkTable(std::span<const std::uint8_t> stbl) : bytes_(open_table(stbl, fourcc("stsc"))) {
    bytes_.skip(4);
    next_first_ = bytes_.left() >= 12 ? bytes_.u32() : 0;
  }
  std::uint32_t next() {
    ++chunk_;
    if (next_first_ != 0 && chunk_ >= next_first_) {
      samples_ = bytes_.u32();
      bytes_.skip(4);
      next_first_ = bytes_.left() >= 12 ? bytes_.u32() : 0;
    }
    return samples_;
  }

 private:
  ByteReader bytes_;
  std::uint32_t chunk_ = 0;
  std::uint32_t next_first_ = 0;
  std::uint32_t samples_ = 0;
};

}  // namespace

bool read_sample_tables(const MovieTrack& track, std::size_t max_samples, std::vector<Sample>& samples) {
  const auto stbl = track.sample_table;
  ByteReader sizes = open_table(stbl, fourcc("stsz"));
  const std::uint32_t common_size = sizes.u32();
  const std::uint32_t count = sizes.u32();
  const bool wide = find_box(stbl, fourcc("co64")).data() != nullptr;
  ByteReader offsets = open_table(stbl, wide ? fourcc("co64") : fourcc("stco"));
  std::uint32_t chunks = offsets.u32();
  RunTable durations(stbl, fourcc("stts"));
  RunTable composition(stbl, fourcc("ctts"));
  SyncTable sync(stbl);
  ChunkTable chunk_sizes(stbl);

  std::int64_t dts = 0;
  std::uint32_t number = 0;
  for (; chunks > 0 && number < count && offsets.ok(); --chunks) {
    std::uint64_t offset = wide ? offsets.u64() : offsets.u32();
    for (std::uint32_t left = chunk_sizes.next(); left > 0 && number < count; --left) {
      if (samples.size() >= max_samples) return false;
      Sample sample;
      sample.track = track.info.id;
      sample.offset = offset;
      sample.size = common_size != 0 ? common_size : sizes.u32();
      if (!sizes.ok() || !offsets.ok()) return true;
      sample.duration = durations.next();
      sample.composition_offset = static_cast<std::int32_t>(composition.next());
      sample.dts = dts;
      sample.sync = sync.contains(++number);
      if (sample.size > 0) samples.push_back(sample);
      offset += sample.size;
      dts += sample.duration;
    }
  }
  return true;
}

}  // namespace understudy::container::fmp4
