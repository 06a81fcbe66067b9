// The parsers that look into single packets: the first byte chooses one. What they find is plausible and lies within the
// bytes; what is not there is not found.
#include <algorithm>

#include "container/annexb/hevc.h"
#include "container/annexb/nal.h"
#include "container/annexb/picture_inspector.h"
#include "container/fmp4/emsg.h"
#include "container/id3/id3.h"
#include "container/packed_audio/frame_header.h"
#include "container/probe.h"
#include "container/sei/sei.h"
#include "container/ts/packet.h"
#include "container/ts/section.h"
#include "media/browser/codec_string.h"
#include "media/opus_head.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::container;

namespace {

void parameter_sets(fuzz::Bytes nal) {
  if (const auto sps = annexb::H264Sps::parse(nal)) {
    PROMISE(sps->id < 32 && sps->width > 0 && sps->height > 0 && sps->frame_duration >= Duration::zero());
    annexb::H264SliceHeader::is_field(nal, *sps);
  }
  if (const auto pps = annexb::H264Pps::parse(nal)) PROMISE(pps->id < 256 && pps->sps_id < 32);
  if (const auto slice = annexb::H264SliceHeader::parse(nal)) PROMISE(slice->type < 5 && slice->pps_id < 256);
  if (const auto sps = annexb::HevcSps::parse(nal)) PROMISE(sps->width > 0 && sps->height > 0);
}

void nal_units(fuzz::Bytes bytes) {
  std::size_t total = 0;
  annexb::for_each_nal(bytes, [&](fuzz::Bytes nal) {
    total += nal.size() + 3;
    return true;
  });
  PROMISE(total <= bytes.size());
  PROMISE(annexb::find_start_code(bytes, 0) <= bytes.size());
  const auto plain = annexb::unescape(bytes, 100);
  PROMISE(plain.size() <= std::min<std::size_t>(bytes.size(), 100));
}

void pictures(fuzz::Bytes bytes) {
  fuzz::Reader reader(bytes);
  annexb::PictureInspector inspector(reader.byte() % 2 == 0 ? Codec::h264 : Codec::hevc);
  const fuzz::Bytes config = reader.take(reader.byte());
  if (!config.empty()) inspector.set_config(config);
  for (int unit = 0; unit < 4 && !reader.empty(); ++unit) {
    const auto facts = inspector.inspect(reader.take(1 + reader.byte()));
    PROMISE(facts.width >= 0 && facts.height >= 0 && facts.nominal_duration >= Duration::zero());
    PROMISE(!(facts.key && facts.leading));
  }
}

void audio_frames(fuzz::Bytes bytes) {
  if (bytes.size() < kMinHeader) return;
  for (const auto parse : {parse_adts, parse_mpeg_audio, parse_ac3}) {
    const auto header = parse(bytes);
    if (!header) continue;
    PROMISE(header->codec != Codec::unknown && header->header_size < header->frame_size);
    PROMISE(header->samples > 0 && header->sample_rate > 0 && header->channels >= 0);
    PROMISE(header->frame_size <= 8192 && header->header_size <= kMaxHeader);
  }
}

void metadata(fuzz::Bytes bytes) {
  if (const auto size = id3::tag_size(bytes)) PROMISE(*size >= id3::kHeaderSize);
  const auto contents = id3::read(bytes);
  if (contents.transport_stream_timestamp) PROMISE(*contents.transport_stream_timestamp < (std::uint64_t{1} << 33));
  if (const auto event = fmp4::parse_emsg(bytes)) {
    PROMISE(event->timescale > 0);
    PROMISE(event->data.size() <= bytes.size());
  }
  std::size_t total = 0;
  for (const sei::Message& message : sei::parse(bytes)) total += message.payload.size();
  PROMISE(total <= bytes.size());
  sei::has_recovery_point(bytes);
}

void transport(fuzz::Bytes bytes) {
  if (bytes.size() >= ts::kPacketSize) {
    const auto packet = ts::Packet::parse(bytes.first(ts::kPacketSize));
    PROMISE(packet.pid <= ts::kNullPid && packet.payload.size() <= ts::kPacketSize - 4);
    if (packet.pcr) PROMISE(*packet.pcr < (std::uint64_t{1} << 33));
  }
  ts::SectionAssembler sections;
  std::size_t total = 0;
  fuzz::Reader reader(bytes);
  while (!reader.empty()) {
    const std::uint8_t size = reader.byte();
    sections.push(reader.take(size % 185u), size >= 185, [&](fuzz::Bytes section) {
      PROMISE(section.size() >= 4);
      total += section.size();
    });
  }
  PROMISE(total <= bytes.size());
  PROMISE(probe(bytes, true) != Container::undecided);
  probe(bytes, false);
}

void decoder_configuration(fuzz::Bytes bytes) {
  fuzz::Reader reader(bytes);
  TrackInfo track;
  track.codec = static_cast<Codec>(reader.below(static_cast<std::size_t>(Codec::private_data) + 1));
  track.annexb = reader.byte() % 2 == 0;
  const fuzz::Bytes config = reader.take(reader.byte());
  track.config.assign(config.begin(), config.end());
  const std::string text = media::codec_string(track, reader.rest());
  PROMISE(text.size() < 64);
  for (const char c : text) PROMISE(c >= 0x20 && c < 0x7f && c != '"');
  const auto head = media::opus_head(track.config);
  PROMISE(head.empty() || (head.size() >= 19 && head.size() <= track.config.size() + 8));
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(codecs) {
  fuzz::Reader reader(input);
  constexpr fuzz::Run kParsers[] = {parameter_sets, nal_units, pictures, audio_frames, metadata, transport, decoder_configuration};
  const std::size_t chosen = reader.below(std::size(kParsers));
  // Of its exact size, so that a read beyond its end is seen.
  const fuzz::Bytes rest = reader.rest();
  const std::vector<std::uint8_t> bytes(rest.begin(), rest.end());
  kParsers[chosen](bytes);
}
