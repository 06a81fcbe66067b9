#include "core/hls/multivariant_parser.h"

#include "core/hls/attributes.h"
#include "core/hls/values.h"

namespace understudy::hls {

namespace {

class MultivariantParser {
 public:
  explicit MultivariantParser(Lines& lines) : lines_(lines) {}

  Result<Playlist> parse() {
    while (const auto line = lines_.next()) on_line(*line);
    if (pending_) lines_.warn("EXT-X-STREAM-INF without a URI line");
    if (lines_.error()) return Unexpected{*lines_.error()};
    playlist_.warnings = lines_.take_warnings();
    playlist_.variables = lines_.take_variables();
    return Playlist(std::move(playlist_));
  }

 private:
  void on_line(const Line& line) {
    if (line.tag.empty()) return on_uri(line.value);
    if (line.tag == "EXT-X-STREAM-INF") return on_stream_inf(line.value);
    if (line.tag == "EXT-X-I-FRAME-STREAM-INF") return on_i_frame_stream_inf(line.value);
    if (line.tag == "EXT-X-MEDIA") return on_media(line.value);
    if (line.tag == "EXT-X-DEFINE") return lines_.define(line.value);
    if (line.tag == "EXT-X-INDEPENDENT-SEGMENTS") playlist_.independent_segments = true;
    if (line.tag == "EXT-X-SESSION-DATA") ++playlist_.session_data;
    if (line.tag == "EXT-X-SESSION-KEY") ++playlist_.session_keys;
    if (line.tag == "EXT-X-VERSION") on_version(line.value);
    if (line.tag == "EXTINF" || line.tag == "EXT-X-TARGETDURATION") {
      lines_.warn("a media playlist's tag in a multivariant playlist");
    }
  }

  void on_version(std::string_view value) {
    const auto version = parse_unsigned(value);
    if (!version || *version > 1000) return lines_.warn("EXT-X-VERSION is not a number");
    playlist_.version = static_cast<int>(*version);
  }

  void on_uri(std::string_view uri) {
    if (!pending_) return lines_.warn("a URI without EXT-X-STREAM-INF");
    pending_->uri = lines_.resolve(uri);
    add(playlist_.variants, std::move(*pending_));
    pending_.reset();
  }

  void on_stream_inf(std::string_view value) {
    if (pending_) lines_.warn("EXT-X-STREAM-INF without a URI line");
    pending_ = variant(Attributes(value));
  }

  void on_i_frame_stream_inf(std::string_view value) {
    const Attributes attributes(value);
    if (attributes.get("URI").empty()) return lines_.warn("EXT-X-I-FRAME-STREAM-INF without a URI");
    Variant added = variant(attributes);
    added.uri = lines_.resolve(attributes.get("URI"));
    add(playlist_.i_frame_variants, std::move(added));
  }

  Variant variant(const Attributes& attributes) {
    check(attributes);
    Variant made;
    const auto bandwidth = parse_unsigned(attributes.get("BANDWIDTH"));
    if (!bandwidth) lines_.warn("a variant stream without BANDWIDTH");
    made.bandwidth = bandwidth.value_or(0);
    made.average_bandwidth = parse_unsigned(attributes.get("AVERAGE-BANDWIDTH")).value_or(0);
    made.codecs = codecs(lines_.expand(attributes.get("CODECS")));
    read_resolution(attributes.get("RESOLUTION"), made);
    if (const auto rate = parse_seconds(attributes.get("FRAME-RATE")); rate && rate->count() >= 0) {
      made.frame_rate = static_cast<double>(rate->count()) / 1e9;
    }
    made.audio_group = lines_.expand(attributes.get("AUDIO"));
    made.video_group = lines_.expand(attributes.get("VIDEO"));
    made.subtitles_group = lines_.expand(attributes.get("SUBTITLES"));
    const std::string_view captions = attributes.get("CLOSED-CAPTIONS");
    if (captions != "NONE") made.closed_captions_group = lines_.expand(captions);
    made.pathway_id = lines_.expand(attributes.get("PATHWAY-ID"));
    return made;
  }

  void read_resolution(std::string_view text, Variant& variant) {
    if (text.empty()) return;
    const std::size_t by = text.find_first_of("xX");
    const auto width = parse_unsigned(text.substr(0, by));
    const auto height = by == std::string_view::npos ? std::nullopt : parse_unsigned(text.substr(by + 1));
    if (!width || !height || *width > 65'535 || *height > 65'535) return lines_.warn("RESOLUTION cannot be read");
    variant.width = static_cast<int>(*width);
    variant.height = static_cast<int>(*height);
  }

  static std::vector<std::string> codecs(std::string_view text) {
    constexpr std::size_t kMaxCodecs = 32;
    std::vector<std::string> found;
    while (!text.empty() && found.size() < kMaxCodecs) {
      const std::size_t comma = text.find(',');
      const std::string_view codec = trim(text.substr(0, comma));
      if (!codec.empty()) found.emplace_back(codec);
      text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return found;
  }

  void on_media(std::string_view value) {
    const Attributes attributes(value);
    check(attributes);
    Rendition rendition;
    const std::string_view type = attributes.get("TYPE");
    if (type == "AUDIO") {
      rendition.type = Rendition::Type::audio;
    } else if (type == "VIDEO") {
      rendition.type = Rendition::Type::video;
    } else if (type == "SUBTITLES") {
      rendition.type = Rendition::Type::subtitles;
    } else if (type == "CLOSED-CAPTIONS") {
      rendition.type = Rendition::Type::closed_captions;
    } else {
      return lines_.warn("EXT-X-MEDIA of an unknown type");
    }
    rendition.group_id = lines_.expand(attributes.get("GROUP-ID"));
    if (rendition.group_id.empty()) return lines_.warn("EXT-X-MEDIA without GROUP-ID");
    rendition.name = lines_.expand(attributes.get("NAME"));
    rendition.language = lines_.expand(attributes.get("LANGUAGE"));
    if (!attributes.get("URI").empty()) rendition.uri = lines_.resolve(attributes.get("URI"));
    rendition.instream_id = lines_.expand(attributes.get("INSTREAM-ID"));
    rendition.channels = lines_.expand(attributes.get("CHANNELS"));
    rendition.characteristics = lines_.expand(attributes.get("CHARACTERISTICS"));
    rendition.is_default = attributes.yes("DEFAULT");
    rendition.autoselect = rendition.is_default || attributes.yes("AUTOSELECT");
    rendition.forced = attributes.yes("FORCED");
    if (playlist_.renditions.size() >= kMaxRenditions) {
      return lines_.fail(ErrorCode::limit_exceeded, "too many renditions");
    }
    playlist_.renditions.push_back(std::move(rendition));
  }

  void check(const Attributes& attributes) {
    if (attributes.malformed()) lines_.warn("the attribute list is malformed");
  }

  void add(std::vector<Variant>& variants, Variant added) {
    if (variants.size() >= kMaxVariants) return lines_.fail(ErrorCode::limit_exceeded, "too many variant streams");
    variants.push_back(std::move(added));
  }

  Lines& lines_;
  MultivariantPlaylist playlist_;
  std::optional<Variant> pending_;  // of EXT-X-STREAM-INF, until its URI line
};

}  // namespace

Result<Playlist> parse_multivariant(Lines& lines) { return MultivariantParser(lines).parse(); }

}  // namespace understudy::hls
