#include "container/fmp4/fragment.h"

#include <algorithm>

#include "container/fmp4/box.h"

namespace understudy::container::fmp4 {
namespace {

// sample_flags, 8.8.3.1.
constexpr std::uint32_t kIsNonSync = 0x00010000;
constexpr std::uint32_t kDependsOnOthers = 0x01000000;

struct RunState {
  std::uint32_t track = 0;
  SampleDefaults defaults;
  std::uint64_t base = 0;      // what data offsets are relative to
  std::uint64_t data_end = 0;  // of the run before
  std::int64_t dts = 0;
};

class FragmentParser {
 public:
  FragmentParser(std::uint64_t moof_offset, const Movie& movie, std::map<std::uint32_t, std::int64_t>& next_dts,
                 std::size_t max_samples)
      : moof_offset_(moof_offset), movie_(movie), next_dts_(next_dts), max_samples_(max_samples) {}

  void traf(std::span<const std::uint8_t> body, std::uint64_t& previous_end) {
    RunState state;
    if (!tfhd(find_box(body, fourcc("tfhd")), previous_end, state)) return;
    const auto decode_time = find_box(body, fourcc("tfdt"));
    state.dts = next_dts_[state.track];
    if (decode_time.data() != nullptr) {
      ByteReader bytes(decode_time);
      state.dts = read_full_box(bytes).version == 1 ? bytes.i64() : std::int64_t{bytes.u32()};
    }
    if (state.dts < 0 || state.dts > kMaxTicks) {
      fragment.malformed = true;
      return;
    }
    for_each_box(body, [&](std::uint32_t type, std::span<const std::uint8_t> run) {
      if (type == fourcc("trun")) trun(run, state);
    });
    next_dts_[state.track] = state.dts;
    previous_end = state.data_end;
  }

  Fragment fragment;

 private:
  static constexpr std::int64_t kMaxTicks = std::int64_t{1} << 62;

  bool tfhd(std::span<const std::uint8_t> body, std::uint64_t previous_end, RunState& state) {
    ByteReader bytes(body);
    const std::uint32_t flags = read_full_box(bytes).flags;
    state.track = bytes.u32();
    const auto track = movie_.tracks.find(state.track);
    if (!bytes.ok() || track == movie_.tracks.end()) return false;
    state.defaults = track->second.defaults;
    constexpr std::uint32_t kDefaultBaseIsMoof = 0x020000;
    state.base = (flags & kDefaultBaseIsMoof) != 0 ? moof_offset_ : previous_end;
    if ((flags & 0x01) != 0) {
      state.base = bytes.u64();
      fragment.explicit_offsets = true;
    }
    if ((flags & 0x02) != 0) bytes.skip(4);  // sample_description_index
    if ((flags & 0x08) != 0) state.defaults.duration = bytes.u32();
    if ((flags & 0x10) != 0) state.defaults.size = bytes.u32();
    if ((flags & 0x20) != 0) state.defaults.flags = bytes.u32();
    state.data_end = state.base;
    return bytes.ok();
  }

  void trun(std::span<const std::uint8_t> body, RunState& state) {
    ByteReader bytes(body);
    const std::uint32_t flags = read_full_box(bytes).flags;
    const std::uint32_t count = bytes.u32();
    std::uint64_t offset = state.data_end;
    if ((flags & 0x001) != 0) offset = state.base + static_cast<std::uint64_t>(std::int64_t{bytes.i32()});
    const bool has_first_flags = (flags & 0x004) != 0;
    const std::uint32_t first_flags = has_first_flags ? bytes.u32() : 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (fragment.samples.size() >= max_samples_) {
        fragment.too_many = true;
        break;
      }
      Sample sample;
      sample.track = state.track;
      sample.offset = offset;
      sample.dts = state.dts;
      sample.duration = (flags & 0x100) != 0 ? bytes.u32() : state.defaults.duration;
      sample.size = (flags & 0x200) != 0 ? bytes.u32() : state.defaults.size;
      std::uint32_t sample_flags = (flags & 0x400) != 0 ? bytes.u32() : state.defaults.flags;
      if (i == 0 && has_first_flags) sample_flags = first_flags;
      sample.composition_offset = (flags & 0x800) != 0 ? bytes.i32() : 0;
      sample.sync = (sample_flags & (kIsNonSync | kDependsOnOthers)) == 0;
      if (!bytes.ok() || state.dts > kMaxTicks) {
        fragment.malformed = true;
        break;
      }
      if (sample.size > 0) fragment.samples.push_back(sample);
      offset += sample.size;
      state.dts += sample.duration;
    }
    state.data_end = offset;
  }

  std::uint64_t moof_offset_;
  const Movie& movie_;
  std::map<std::uint32_t, std::int64_t>& next_dts_;
  std::size_t max_samples_;
};

}  // namespace

Fragment parse_moof(std::span<const std::uint8_t> moof, std::uint64_t moof_offset, const Movie& movie,
                    std::map<std::uint32_t, std::int64_t>& next_dts, std::size_t max_samples) {
  FragmentParser parser(moof_offset, movie, next_dts, max_samples);
  std::uint64_t previous_end = moof_offset;
  for_each_box(moof, [&](std::uint32_t type, std::span<const std::uint8_t> body) {
    if (type == fourcc("traf")) parser.traf(body, previous_end);
  });
  std::stable_sort(parser.fragment.samples.begin(), parser.fragment.samples.end(),
                   [](const Sample& a, const Sample& b) { return a.offset < b.offset; });
  return std::move(parser.fragment);
}

}  // namespace understudy::container::fmp4
