#include "event_text.h"

#include <fmt/format.h>

#include "player/event_json.h"

namespace understudy::desktop {
namespace {

double ms_since(Instant start, Instant at) { return static_cast<double>((at - start).count() / 1000) / 1000.0; }

}  // namespace

std::string to_text(const Event& event, Instant start) {
  std::string line = fmt::format("{:9.3f} s  {}", ms_since(start, event.at) / 1000, to_string(event.type));
  if (event.from && event.source && event.from != event.source) {
    line += fmt::format("  {} → {}", name_of(event, *event.from), name_of(event, *event.source));
  } else if (event.source || event.from) {
    line += "  " + name_of(event, event.source ? *event.source : *event.from);
  }
  if (event.reason != Reason::none) line += fmt::format("  reason={}", to_string(event.reason));
  if (const auto& f = event.switch_facts) {
    line += fmt::format("  gap={}ms lost={} repeated={} detect={}ms prepare={}ms alignment={}", f->gap_ms,
                        f->frames_lost, f->frames_repeated, f->detect_ms, f->prepare_ms, to_string(f->alignment));
  }
  if (event.error) line += fmt::format("  error={}", to_string(event.error->code));
  if (event.error && event.error->http_status != 0) line += fmt::format(" ({})", event.error->http_status);
  if (event.error && !event.error->detail.empty()) line += "  " + event.error->detail;
  if (!event.detail.empty()) line += "  " + event.detail;
  return line;
}

}  // namespace understudy::desktop
