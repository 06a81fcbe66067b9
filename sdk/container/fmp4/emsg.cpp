#include "container/fmp4/emsg.h"

#include <algorithm>

#include "container/fmp4/box.h"

namespace understudy::container::fmp4 {
namespace {

std::string_view read_string(ByteReader& bytes) {
  const auto rest = bytes.rest();
  const auto end = std::find(rest.begin(), rest.end(), std::uint8_t{0});
  const auto length = static_cast<std::size_t>(end - rest.begin());
  bytes.skip(length + 1);  // not ok where the zero is missing
  return {reinterpret_cast<const char*>(rest.data()), length};
}

TrackInfo describe(std::string_view scheme) {
  TrackInfo track;
  track.id = kEmsgPrivateTrack;
  track.codec = Codec::private_data;
  if (scheme == "https://aomedia.org/emsg/ID3" || scheme == "https://developer.apple.com/streaming/emsg-id3") {
    track.id = kEmsgId3Track;
    track.codec = Codec::id3;
  } else if (scheme == "urn:scte:scte35:2013:bin") {
    track.id = kEmsgScte35Track;
    track.codec = Codec::scte35;
  }
  return track;
}

}  // namespace

std::optional<EventMessage> parse_emsg(std::span<const std::uint8_t> body) {
  ByteReader bytes(body);
  const std::uint8_t version = read_full_box(bytes).version;
  if (version > 1) return std::nullopt;
  EventMessage message;
  message.relative = version == 0;
  std::string_view scheme;
  if (version == 0) {
    scheme = read_string(bytes);
    read_string(bytes);  // value
  }
  message.timescale = bytes.u32();
  message.time = version == 0 ? bytes.u32() : bytes.u64();
  message.duration = bytes.u32();
  bytes.skip(4);  // id
  if (version == 1) {
    scheme = read_string(bytes);
    read_string(bytes);
  }
  if (!bytes.ok() || message.timescale == 0 || message.timescale >= 1u << 31) return std::nullopt;
  message.track = describe(scheme);
  message.data = message.track.id == kEmsgPrivateTrack ? body : bytes.rest();
  return message;
}

}  // namespace understudy::container::fmp4
