#include "core/trace/codec.h"

#include "core/trace/text.h"

namespace understudy::trace {

namespace {

constexpr std::string_view kMagic = "understudy-trace ";

template <class T>
void put_alternative(Writer& out, const T& value) {
  out.raw(kShape<T>.name);
  out.fields(value, " ");
}

void put_omitted(Writer& out, const std::string& body) {
  if (body.empty()) return;
  out.raw(" body=~");
  out.put(body.size());
}

/// Tries one alternative after the other until the name fits.
template <class Variant, std::size_t I = 0>
bool get_alternative(Reader& in, std::string_view name, Variant& value) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return in.expected("a known kind of line");
  } else {
    using T = std::variant_alternative_t<I, Variant>;
    if (name != kShape<T>.name) return get_alternative<Variant, I + 1>(in, name, value);
    return in.fields(value.template emplace<I>(), " ") && (in.at_end() || in.expected("a known field in its place"));
  }
}

Unexpected bad(const Reader& in) { return fail(ErrorCode::bad_trace, in.failure()); }

}  // namespace

std::string write_header(const SessionConfig& config) {
  Writer out;
  out.raw(kMagic);
  out.put(kFormatVersion);
  out.raw(" ");
  out.put(config);
  return out.take();
}

std::string write_input(const TimedInput& input, Bodies bodies) {
  Writer out;
  out.raw("< ");
  out.put(input.now);
  out.raw(" ");
  out.put(input.wall);
  out.raw(" ");
  const auto* done = std::get_if<loading::FetchDone>(&input.input);
  if (done != nullptr && bodies == Bodies::size_only) {
    loading::FetchDone without = *done;
    without.body.clear();
    put_alternative(out, without);
    put_omitted(out, done->body);
  } else {
    std::visit([&](const auto& in) { put_alternative(out, in); }, input.input);
  }
  return out.take();
}

std::string write_output(const session::Output& output) {
  Writer out;
  out.raw("> ");
  if (const auto* poster = std::get_if<session::PosterLoaded>(&output)) {
    out.raw(kShape<session::PosterLoaded>.name);
    put_omitted(out, poster->body);
  } else {
    std::visit([&](const auto& o) { put_alternative(out, o); }, output);
  }
  return out.take();
}

Result<SessionConfig> parse_header(std::string_view line) {
  Reader in(line);
  int version = 0;
  SessionConfig config;
  if (!in.take(kMagic)) return fail(ErrorCode::bad_trace, "not a trace");
  if (!in.get(version)) return bad(in);
  if (version != kFormatVersion)
    return fail(ErrorCode::bad_trace, "format version " + std::to_string(version) + ", not " + std::to_string(kFormatVersion));
  if (!(in.take(" ") || in.expected("a space")) || !in.get(config) || !(in.at_end() || in.expected("the end of the line")))
    return bad(in);
  if (const auto valid = validate(config); !valid) return fail(ErrorCode::bad_trace, valid.error().detail);
  return config;
}

Result<TimedInput> parse_input(std::string_view line) {
  Reader in(line);
  TimedInput input;
  const bool times = (in.take("< ") || in.expected("<")) && in.get(input.now) && (in.take(" ") || in.expected("a space")) &&
                     in.get(input.wall) && (in.take(" ") || in.expected("a space"));
  if (!times || !get_alternative(in, in.word(), input.input)) return bad(in);
  return input;
}

Result<session::Output> parse_output(std::string_view line) {
  Reader in(line);
  session::Output output;
  if (!(in.take("> ") || in.expected(">")) || !get_alternative(in, in.word(), output)) return bad(in);
  return output;
}

}  // namespace understudy::trace
