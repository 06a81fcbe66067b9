#include <string>

#include "core/base/random.h"
#include "core/status/document.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::status;

namespace {

const std::string kDocument = R"({
  "version": 1, "id": "ch-1a", "kind": "alias", "active": true, "revision": 42,
  "generatedAt": "2026-01-02T03:04:05.678Z", "ttlMs": 2000, "somethingNew": {"x": [1, 2]},
  "channel": {"id": "ch-1", "status": {"code": "stopped", "message": "stopped by you"}, "stopReason": "operator"},
  "playout": {"hls": "https://media.example/ch-1/index.m3u8"},
  "prelive": {"announcement": "Back at eight.", "posterImg": "https://media.example/p.png"},
  "failover": {"mode": "flat", "policy": {"pollMs": 500, "recovery": "PRIMARY_PREFERRED", "standby": "warm", "autoRestart": false},
    "members": [
      {"src": "ch-3", "channel": "ch-3", "enabled": false, "priority": 2, "status": {"code": "waiting"}, "playout": {}},
      {"src": "ch-2b", "channel": "ch-2", "enabled": true, "active": false, "priority": 1,
       "status": {"code": "playing", "message": ""}, "playout": {"hls": "http://media.example/ch-2/index.m3u8"}}]}})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

Error error_of(const std::string& json) {
  const Result<StatusDocument> result = parse_document(json);
  REQUIRE_FALSE(result);
  return result.error();
}

const std::string kMinimal = R"({"version":1,"id":"a","channel":{"id":"a","status":{"code":"playing"}}})";

}  // namespace

TEST_CASE("a status document is read member by member") {
  const Result<StatusDocument> result = parse_document(kDocument);
  REQUIRE(result);
  const StatusDocument& document = *result;
  CHECK(document.id == "ch-1a");
  CHECK(document.is_alias);
  CHECK(document.active);
  CHECK(document.revision == 42);
  CHECK(document.ttl_ms == 2000);
  CHECK(document.generated_at == "2026-01-02T03:04:05.678Z");
  CHECK(document.channel_id == "ch-1");
  CHECK(document.status == ChannelStatus::stopped);
  CHECK(document.status_message == "stopped by you");
  CHECK(document.stop_reason == StopReason::operator_);
  CHECK(document.playout.hls == "https://media.example/ch-1/index.m3u8");
  CHECK(document.prelive.announcement == "Back at eight.");
  CHECK(document.prelive.poster_url == "https://media.example/p.png");
  CHECK(document.policy.poll_ms == 500);
  CHECK(document.policy.recovery == Recovery::primary_preferred);
  CHECK(document.policy.standby == Standby::warm);
  CHECK(document.policy.mode == GroupMode::flat);
  CHECK_FALSE(document.policy.auto_restart);
  CHECK(document.policy.loss_threshold_ms == 3000);
}

TEST_CASE("members come in order of priority") {
  const Result<StatusDocument> result = parse_document(kDocument);
  REQUIRE(result);
  REQUIRE(result->members.size() == 2);
  CHECK(result->members[0].src == "ch-2b");
  CHECK(result->members[0].channel == "ch-2");
  CHECK(result->members[0].enabled);
  CHECK_FALSE(result->members[0].active);
  CHECK(result->members[0].status == ChannelStatus::playing);
  CHECK(result->members[1].src == "ch-3");
  CHECK_FALSE(result->members[1].enabled);
}

TEST_CASE("members of equal priority keep their order in the document") {
  const Result<StatusDocument> result = parse_document(replaced(
      kMinimal, R"("version":1)",
      R"("version":1,"failover":{"members":[{"src":"x","priority":5},{"src":"y","priority":5},{"src":"z","priority":1}]})"));
  REQUIRE(result);
  REQUIRE(result->members.size() == 3);
  CHECK(result->members[0].src == "z");
  CHECK(result->members[1].src == "x");
  CHECK(result->members[2].src == "y");
  CHECK_FALSE(result->members[0].enabled);
}

TEST_CASE("the smallest document has the defaults") {
  const Result<StatusDocument> result = parse_document(kMinimal);
  REQUIRE(result);
  CHECK_FALSE(result->is_alias);
  CHECK(result->active);
  CHECK(result->ttl_ms == 0);
  CHECK(result->policy == Policy{});
  CHECK(result->members.empty());
  CHECK(result->playout.hls.empty());
}

TEST_CASE("what is written is read back the same") {
  const Result<StatusDocument> first = parse_document(kDocument);
  REQUIRE(first);
  const Result<StatusDocument> second = parse_document(to_json(*first));
  REQUIRE(second);
  CHECK(*second == *first);
  const Result<StatusDocument> minimal = parse_document(kMinimal);
  REQUIRE(minimal);
  const Result<StatusDocument> again = parse_document(to_json(*minimal));
  REQUIRE(again);
  CHECK(*again == *minimal);
}

TEST_CASE("an announcement that is not UTF-8 is still written as JSON") {
  StatusDocument document = *parse_document(kMinimal);
  document.prelive.announcement = "caf\xe9";
  const Result<StatusDocument> read = parse_document(to_json(document));
  REQUIRE(read);
  CHECK(read->prelive.announcement == "caf\xef\xbf\xbd");
}

TEST_CASE("an unknown status code means not available, not an error") {
  const Result<StatusDocument> result = parse_document(replaced(kMinimal, "playing", "hibernating"));
  REQUIRE(result);
  CHECK(result->status == ChannelStatus::unknown);
  CHECK_FALSE(is_playable(result->status));
  CHECK_FALSE(is_terminal(result->status));
}

TEST_CASE("only playing is playable, only stopped, deleting and deleted stop") {
  int playable = 0;
  int terminal = 0;
  for (const char* code : {"creating", "deploying", "starting", "waiting", "ingesting", "playing", "scheduled",
                           "stopping", "stopped", "error", "deleting", "deleted"}) {
    const ChannelStatus status = parse_channel_status(code);
    CHECK(to_string(status) == code);
    playable += is_playable(status) ? 1 : 0;
    terminal += is_terminal(status) ? 1 : 0;
  }
  CHECK(playable == 1);
  CHECK(terminal == 3);
  CHECK(is_terminal(ChannelStatus::deleting));
  CHECK_FALSE(is_terminal(ChannelStatus::stopping));
}

TEST_CASE("policy values out of range are clamped and a policy of the wrong type is left out") {
  const auto policy_of = [](const std::string& policy) {
    const Result<StatusDocument> result =
        parse_document(replaced(kMinimal, R"("version":1)", R"("version":1,"failover":{"policy":)" + policy + "}"));
    REQUIRE(result);
    return result->policy;
  };
  CHECK(policy_of(R"({"pollMs": 1})").poll_ms == 250);
  CHECK(policy_of(R"({"pollMs": 99999999999999999999})").poll_ms == 60000);
  CHECK(policy_of(R"({"pollMs": -9223372036854775808})").poll_ms == 250);
  CHECK(policy_of(R"({"pollMs": 18446744073709551615})").poll_ms == 60000);
  CHECK(policy_of(R"({"pollMs": 1000.9})").poll_ms == 1000);
  CHECK(policy_of(R"({"pollMs": "soon"})").poll_ms == 2000);
  CHECK(policy_of(R"({"targetLiveOffsetMs": 0})").target_live_offset_ms == 0);
  CHECK(policy_of(R"({"targetLiveOffsetMs": 5})").target_live_offset_ms == 1000);
  CHECK(policy_of(R"({"autoRestart": "no", "recovery": 7, "standby": []})") == Policy{});
  CHECK(policy_of("[1]") == Policy{});
  const Policy crossed = policy_of(R"({"probeMinMs": 60000, "probeMaxMs": 500})");
  CHECK(validate(crossed).has_value());
}

TEST_CASE("a document that is wrong is refused with the member's name") {
  CHECK(error_of("").code == ErrorCode::bad_status_document);
  CHECK(error_of("[]").detail == "document: not an object");
  CHECK(error_of("{\"version\":1").detail == "document: not JSON");
  CHECK(error_of(replaced(kMinimal, ":1,", ":2,")).detail == "version: missing, or not 1");
  CHECK(error_of(replaced(kMinimal, R"("id":"a",)", "")).detail == "id: missing or empty");
  CHECK(error_of(replaced(kMinimal, R"({"id":"a",)", "{")).detail == "channel.id: missing or empty");
  CHECK(error_of(replaced(kMinimal, R"("playing")", "7")).detail == "channel.status.code: not a string");
  CHECK(error_of(replaced(kMinimal, R"({"code":"playing"})", "{}")).detail == "channel.status.code: missing or empty");
  CHECK(error_of(replaced(kDocument, R"("alias")", R"("cluster")")).detail ==
        "kind: neither \"channel\" nor \"alias\"");
  CHECK(error_of(replaced(kDocument, R"("active": true)", R"("active": "yes")")).detail == "active: not a boolean");
  CHECK(error_of(replaced(kDocument, R"("src": "ch-3")", R"("src": "")")).detail ==
        "failover.members[0].src: missing or empty");
  CHECK(error_of(replaced(kDocument, R"("src": "ch-3")", R"("src": "ch-2b")")).detail ==
        "failover.members[1].src: named twice");
  CHECK(error_of(replaced(kDocument, R"("playout": {})", R"("playout": {"hls": "file:///etc/passwd"})")).detail ==
        "failover.members[0].playout.hls: neither http nor https");
  CHECK(error_of(replaced(kDocument, "https://media.example/p.png", "https://a b")).detail ==
        "prelive.posterImg: not a URL");
}

TEST_CASE("a document beyond a bound is refused before it costs anything") {
  CHECK(error_of(std::string(kMaxDocumentBytes + 1, ' ')).code == ErrorCode::limit_exceeded);
  CHECK(error_of(std::string(200'000, '[')).code == ErrorCode::limit_exceeded);
  std::string members;
  for (std::size_t i = 0; i <= kMaxMembers; ++i)
    members += (i ? "," : "") + ("{\"src\":\"s" + std::to_string(i) + "\"}");
  const Error many =
      error_of(replaced(kMinimal, R"("version":1)", R"("version":1,"failover":{"members":[)" + members + "]}"));
  CHECK(many.code == ErrorCode::limit_exceeded);
  CHECK(many.detail == "failover.members: more than 16");
  CHECK(error_of(replaced(kDocument, "Back at eight.", std::string(kMaxAnnouncementBytes + 1, 'x'))).code ==
        ErrorCode::limit_exceeded);
  CHECK(parse_document(replaced(kDocument, "\"ttlMs\": 2000", "\"ttlMs\": 999999")).value().ttl_ms == 30000);
}

// Seeded: a failure names the round, and the round alone reproduces it.
TEST_CASE("no mutation of a document crashes, and what is accepted can be written and read again") {
  const std::string tokens[] = {"{",    "}",  "[",     "]",       "\"",   ":",     ",", "null",
                                "true", "-1", "1e308", "\\u0000", "\xff", "1e999", "\\"};
  std::size_t accepted = 0;
  for (std::uint64_t round = 0; round < 20'000; ++round) {
    Random random(round);
    std::string text = kDocument;
    for (std::uint64_t edits = 1 + random.below(6); edits > 0 && !text.empty(); --edits) {
      const std::size_t at = random.below(text.size());
      switch (random.below(5)) {
        case 0: text[at] = static_cast<char>(random.below(256)); break;
        case 1: text.erase(at, 1 + random.below(24)); break;
        case 2: text.insert(at, tokens[random.below(std::size(tokens))]); break;
        case 3: {
          const std::size_t from = random.below(text.size());
          text.insert(at, text.substr(from, random.below(40)));
          break;
        }
        default: text.resize(at + 1); break;
      }
    }
    INFO("round " << round);
    const Result<StatusDocument> result = parse_document(text);
    if (!result) {
      REQUIRE_FALSE(result.error().detail.empty());
      continue;
    }
    ++accepted;
    REQUIRE(validate(result->policy));
    const Result<StatusDocument> again = parse_document(to_json(*result));
    REQUIRE(again);
    REQUIRE(*again == *result);
  }
  CHECK(accepted > 100);
}
