// The smaller texts that the service reads, the first byte choosing one: request targets, header values on their way out, byte
// ranges, credentials, lists of faults, scripts, settings of the origin.
#include <nlohmann/json.hpp>

#include "api/auth.h"
#include "faults/fault.h"
#include "faults/script.h"
#include "http/message.h"
#include "origin/byte_range.h"
#include "origin/settings.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::server;

namespace {

void target_of_a_request(fuzz::Bytes bytes) {
  const std::string_view text = fuzz::text_of(bytes);
  const auto target = parse_target(text);
  if (!target) return;
  PROMISE(!target->path.empty() && target->path.front() == '/');
  PROMISE(target->path.size() + target->query.size() <= text.size() + 1);
  PROMISE(target->path.find('\0') == std::string::npos);
}

void head_of_a_response(fuzz::Bytes bytes) {
  fuzz::Reader reader(bytes);
  Response response;
  response.status = static_cast<int>(reader.below(1000));
  for (int i = 0; i < 8 && !reader.empty(); ++i) response.headers.emplace_back("X-" + std::to_string(i), std::string(reader.until('\0')));
  const std::string head = format_head(response, true, "Sun, 06 Nov 1994 08:49:37 GMT");
  // No value adds a line: one for the status, one for each field, those that every head has, and the empty one.
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = head.find("\r\n", at)) != std::string::npos; at += 2) ++lines;
  PROMISE(lines <= response.headers.size() + 6);
  PROMISE(head.find("\r\n\r\n") == head.size() - 4);
  for (std::size_t at = 0; (at = head.find_first_of("\r\n", at)) != std::string::npos; at += 2) PROMISE(head.substr(at, 2) == "\r\n");
}

void range_of_a_body(fuzz::Bytes bytes) {
  constexpr std::size_t kSize = 1000;
  std::string whole(kSize, ' ');
  for (std::size_t i = 0; i < kSize; ++i) whole[i] = static_cast<char>(i % 251);
  Response response;
  response.body = std::make_shared<const std::string>(whole);
  apply_byte_range(response, std::string(fuzz::text_of(bytes)));
  PROMISE(response.status == 200 || response.status == 206 || response.status == 416);
  if (response.status == 200) PROMISE(*response.body == whole);
  if (response.status == 206) PROMISE(!response.body->empty() && whole.find(*response.body) != std::string::npos);
}

void credentials(fuzz::Bytes bytes) {
  const std::string_view text = fuzz::text_of(bytes);
  if (const auto decoded = companion::decode_base64(text)) PROMISE(decoded->size() <= text.size() / 4 * 3);
  const bool authorised = companion::is_authorised(text, {"key", "secret"});
  if (authorised) PROMISE(text.find("a2V5OnNlY3JldA==") != std::string_view::npos);
}

void faults(fuzz::Bytes bytes) {
  FaultSchedule schedule;
  const WallTime now{std::chrono::seconds(1'767'225'600)};
  const auto added = schedule.add(std::string(fuzz::text_of(bytes)), now);
  if (!added) {
    PROMISE(added.error().code == ErrorCode::invalid_config && schedule.all().empty());
    return;
  }
  for (const Fault& fault : schedule.all()) {
    PROMISE(fault.begin >= now && (!fault.end || *fault.end >= fault.begin));
    PROMISE(fault.probability >= 0 && fault.probability <= 1);
    PROMISE(fault_kind(to_string(fault.kind)) == fault.kind);
    schedule.strikes(fault.kind, true, fault.begin);
  }
  if (const auto change = schedule.next_change(now)) PROMISE(*change > now);
  PROMISE(nlohmann::json::accept(schedule.to_json(now)));
  schedule.clear(now);
}

void script(fuzz::Bytes bytes) {
  const auto steps = parse_script(std::string(fuzz::text_of(bytes)));
  if (!steps) return PROMISE(steps.error().code == ErrorCode::invalid_config);
  Duration last{};
  for (const ScriptStep& step : *steps) {
    PROMISE(step.at >= last && !step.channel.empty());
    last = step.at;
  }
}

void settings(fuzz::Bytes bytes) {
  const auto parsed = parse_settings(std::string(fuzz::text_of(bytes)));
  if (!parsed) return PROMISE(parsed.error().code == ErrorCode::invalid_config);
  const SegmentPlan plan(*parsed);
  PROMISE(plan.longest() > 0);
  for (const std::int64_t frame : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1'000'000}}) {
    const std::int64_t next = plan.boundary_after(frame);
    PROMISE(next > frame && next - plan.boundary_at_or_before(frame) <= plan.longest() && plan.is_key_frame(next));
  }
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(service_text) {
  fuzz::Reader reader(input);
  constexpr fuzz::Run kParsers[] = {target_of_a_request, head_of_a_response, range_of_a_body, credentials, faults, script, settings};
  const std::size_t chosen = reader.below(std::size(kParsers));
  kParsers[chosen](reader.rest());
}
