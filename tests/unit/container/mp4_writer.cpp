#include "mp4_writer.h"

namespace understudy::test {

BoxWriter& BoxWriter::number(std::uint64_t value, int size) {
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  return *this;
}

BoxWriter& BoxWriter::zeros(std::size_t count) {
  bytes.insert(bytes.end(), count, 0);
  return *this;
}

BoxWriter& BoxWriter::text(const std::string& characters) {
  bytes.insert(bytes.end(), characters.begin(), characters.end());
  return *this;
}

BoxWriter& BoxWriter::raw(const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
  return *this;
}

Bytes box(const std::string& type, const Bytes& body) {
  return BoxWriter().u32(body.size() + 8).text(type).raw(body).bytes;
}

Bytes box(const std::string& type, const BoxWriter& body) { return box(type, body.bytes); }

Bytes operator+(const Bytes& a, const Bytes& b) { return BoxWriter().raw(a).raw(b).bytes; }

Bytes video_entry(const std::string& format, const Bytes& children) {
  return box(format, BoxWriter().zeros(6).u16(1).zeros(16).u16(640).u16(360).zeros(50).raw(children));
}

Bytes audio_entry(const std::string& format, std::uint32_t rate, const Bytes& children) {
  return box(format, BoxWriter().zeros(6).u16(1).zeros(8).u16(2).u16(16).zeros(4).u32(rate << 16).raw(children));
}

Bytes elst(const std::vector<std::pair<std::uint32_t, std::int32_t>>& entries) {
  BoxWriter body;
  body.u32(0).u32(entries.size());
  for (const auto& [duration, media_time] : entries) {
    body.u32(duration).u32(static_cast<std::uint32_t>(media_time)).u32(0x10000);
  }
  return box("edts", box("elst", body));
}

Bytes moov(const MoovOptions& options) {
  const Bytes mvhd = box("mvhd", BoxWriter().u32(0).zeros(8).u32(1000).zeros(80));
  const Bytes tkhd = box("tkhd", BoxWriter().u32(3).zeros(8).u32(options.track).zeros(68));
  const Bytes mdhd = box("mdhd", BoxWriter().u32(0).zeros(8).u32(options.timescale).zeros(8));
  const Bytes hdlr = box("hdlr", BoxWriter().zeros(8).text(options.handler).zeros(13));
  const Bytes stsd = box("stsd", BoxWriter().u32(0).u32(1).raw(options.sample_entry));
  const Bytes mdia = box("mdia", mdhd + hdlr + box("minf", box("stbl", stsd)));
  const Bytes trex = box("trex", BoxWriter().u32(0).u32(options.track).u32(1).zeros(12));
  return box("moov", mvhd + box("trak", tkhd + options.edts + mdia) + box("mvex", trex));
}

Bytes fragment(const FragmentOptions& options) {
  const bool explicit_base = options.base_data_offset.has_value();
  BoxWriter tfhd;
  tfhd.u32(explicit_base ? 0x000029 : 0x020028).u32(options.track);
  if (explicit_base) tfhd.u64(*options.base_data_offset);
  tfhd.u32(options.duration).u32(options.flags);
  BoxWriter tfdt;
  tfdt.u32(0x01000000).u64(static_cast<std::uint64_t>(options.decode_time));
  const bool offsets = !options.composition_offsets.empty();
  const auto build = [&](std::size_t data_offset) {
    BoxWriter trun;
    trun.u32(0x01000205 | (offsets ? 0x800 : 0)).u32(options.sizes.size()).u32(data_offset).u32(options.first_flags);
    for (std::size_t i = 0; i < options.sizes.size(); ++i) {
      trun.u32(options.sizes[i]);
      if (offsets) trun.u32(static_cast<std::uint32_t>(options.composition_offsets[i]));
    }
    const Bytes time = options.decode_time < 0 ? Bytes{} : box("tfdt", tfdt);
    return box("moof", box("mfhd", BoxWriter().zeros(8)) + box("traf", box("tfhd", tfhd) + time + box("trun", trun)));
  };
  const std::size_t size = build(0).size();
  const auto wanted = static_cast<std::int64_t>(size + 8) + options.data_offset_error;
  Bytes data;
  for (std::size_t i = 0; i < options.sizes.size(); ++i) {
    data.insert(data.end(), options.sizes[i], static_cast<std::uint8_t>(i + 1));
  }
  return build(static_cast<std::size_t>(wanted)) + box("mdat", data);
}

}  // namespace understudy::test
