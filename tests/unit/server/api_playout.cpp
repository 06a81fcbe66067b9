#include "api_support.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using status::ChannelStatus;

TEST_CASE("players need no key, and get everything that one viewer needs") {
  Service service;
  service.create("a");
  service.create("b");
  service.call("PATCH", "/channels/a", R"({"fallback":{"src":"b","enabled":true},"policy":{"pollMs":500},
      "customization":{"announcement":"Soon.","posterImg":"https://x.example/p.png"}})");
  service.play("a");
  service.play("b");
  const status::StatusDocument document = service.document("a");
  CHECK(document.id == "a");
  CHECK_FALSE(document.is_alias);
  CHECK(document.status == ChannelStatus::playing);
  CHECK(document.playout.hls == "http://media.example/a/index.m3u8");
  CHECK(document.prelive.announcement == "Soon.");
  CHECK(document.prelive.poster_url == "https://x.example/p.png");
  CHECK(document.policy.poll_ms == 500);
  CHECK(document.ttl_ms == 1000);
  REQUIRE(document.members.size() == 1);
  CHECK(document.members[0].src == "b");
  CHECK(document.members[0].enabled);
  CHECK(document.members[0].status == ChannelStatus::playing);
  CHECK(document.members[0].playout.hls == "http://media.example/b/index.m3u8");
}

TEST_CASE("an alias has its parent's status and media and its own settings") {
  Service service;
  service.create("a");
  service.create("b");
  service.call("POST", "/channels/a/aliases", R"({"id":"a1"})");
  service.call("POST", "/channels/b/aliases", R"({"id":"b1"})");
  service.call("PATCH", "/channels/a", R"({"customization":{"announcement":"Channel."}})");
  service.call("PATCH", "/channels/a/aliases/a1",
               R"({"customization":{"announcement":"Alias."},"fallback":{"src":"b1","enabled":true}})");
  service.play("a");
  status::StatusDocument document = service.document("a1");
  CHECK(document.is_alias);
  CHECK(document.active);
  CHECK(document.channel_id == "a");
  CHECK(document.status == ChannelStatus::playing);
  CHECK(document.playout.hls == "http://media.example/a/index.m3u8");
  CHECK(document.prelive.announcement == "Alias.");
  CHECK(document.members.at(0).channel == "b");
  CHECK(document.members.at(0).status == ChannelStatus::stopped);
  service.call("POST", "/channels/b/aliases/b1/disable");
  CHECK_FALSE(service.document("a1").members.at(0).active);
  CHECK(service.document("a").members.empty());
}

TEST_CASE("a disabled or deleted alias answers as inactive") {
  Service service;
  service.create("a");
  service.call("POST", "/channels/a/aliases", R"({"id":"a1"})");
  service.call("POST", "/channels/a/aliases/a1/disable");
  CHECK_FALSE(service.document("a1").active);
  service.call("POST", "/channels/a/aliases/a1/enable");
  CHECK(service.document("a1").active);
  service.call("DELETE", "/channels/a/aliases/a1");
  CHECK_FALSE(service.document("a1").active);
}

TEST_CASE("a deleted channel and its aliases keep answering with deleted") {
  Service service;
  service.create("a");
  service.call("POST", "/channels/a/aliases", R"({"id":"a1"})");
  service.play("a");
  service.call("DELETE", "/channels/a");
  CHECK(service.document("a").status == ChannelStatus::deleting);
  service.api.tick();
  CHECK(service.document("a").status == ChannelStatus::deleted);
  CHECK(service.document("a1").status == ChannelStatus::deleted);
}

TEST_CASE("an operator's stop says so") {
  Service service;
  service.create("a");
  service.play("a");
  service.call("POST", "/channels/a/stop");
  CHECK(service.document("a").status == ChannelStatus::stopping);
  service.api.tick();
  CHECK(service.document("a").status == ChannelStatus::stopped);
  CHECK(service.document("a").stop_reason == status::StopReason::operator_);
}

TEST_CASE("an unchanged document is answered with 304 to its tag and a changed one is sent") {
  Service service;
  service.create("a");
  service.create("b");
  service.call("PATCH", "/channels/a", R"({"fallback":{"src":"b","enabled":true}})");
  const auto first = service.raw("GET", "/playout/a");
  const std::string etag = header_of(first, "ETag");
  REQUIRE(etag.size() > 4);
  CHECK(etag.front() == '"');
  CHECK(etag.back() == '"');
  for (const std::string& tags : {etag, "\"x\", " + etag, "W/" + etag, std::string("*")}) {
    const auto again = service.raw("GET", "/playout/a", {{"if-none-match", tags}});
    CHECK(again.status == 304);
    CHECK_FALSE(again.body);
    CHECK(header_of(again, "ETag") == etag);
    CHECK(header_of(again, "Cache-Control") == header_of(first, "Cache-Control"));
  }
  CHECK(service.raw("GET", "/playout/a", {{"if-none-match", "\"x\""}}).status == 200);
  service.seconds = 1;
  service.api.tick();
  CHECK(service.raw("GET", "/playout/a", {{"if-none-match", etag}}).status == 304);
  service.play("b");
  const auto changed = service.raw("GET", "/playout/a", {{"if-none-match", etag}});
  CHECK(changed.status == 200);
  CHECK(header_of(changed, "ETag") != etag);
}

TEST_CASE("the revision grows with every change that players see and with no other") {
  Service service;
  service.create("a");
  service.create("b");
  std::int64_t last = service.document("a").revision;
  const auto grew = [&] {
    const std::int64_t now = service.document("a").revision;
    const bool more = now > last;
    CHECK(now >= last);
    last = now;
    return more;
  };
  service.call("PATCH", "/channels/a", R"({"customization":{"announcement":"x"}})");
  CHECK(grew());
  service.call("PATCH", "/channels/a", R"({"customization":{"announcement":"x"}})");
  CHECK_FALSE(grew());
  service.call("PATCH", "/channels/a", R"({"metadata":{"name":"x"}})");
  CHECK_FALSE(grew());
  service.play("b");
  CHECK_FALSE(grew());
  service.call("PATCH", "/channels/a", R"({"fallback":{"src":"b","enabled":true}})");
  CHECK(grew());
  service.call("POST", "/channels/b/stop");
  CHECK(grew());
  service.call("PATCH", "/channels/a", R"({"fallback":{"enabled":false}})");
  CHECK(grew());
  service.call("PATCH", "/channels/a", R"({"fallback":null})");
  CHECK(grew());
}

TEST_CASE("answers may be cached for a second and read by any page") {
  Service service;
  service.create("a");
  const auto response = service.raw("GET", "/playout/a");
  CHECK(header_of(response, "Cache-Control") == "public, max-age=1, stale-while-revalidate=5, stale-if-error=60");
  CHECK(header_of(response, "Content-Type") == "application/json");
  CHECK(header_of(response, "Access-Control-Allow-Origin") == "*");
  CHECK(service.raw("HEAD", "/playout/a").status == 200);
  const auto preflight = service.raw("OPTIONS", "/playout/a");
  CHECK(preflight.status == 204);
  CHECK(header_of(preflight, "Access-Control-Allow-Headers").find("If-None-Match") != std::string::npos);
}

TEST_CASE("an id that never was is a 404 that pages may read, and other methods are refused") {
  Service service;
  const auto response = service.raw("GET", "/playout/none");
  CHECK(response.status == 404);
  CHECK(problem_of(response) == "unknown-id");
  CHECK(header_of(response, "Access-Control-Allow-Origin") == "*");
  CHECK(service.raw("POST", "/playout/none").status == 405);
  CHECK(service.raw("GET", "/playout").status == 404);
  CHECK(body_of(service.raw("GET", "/healthz")) == companion::Json{{"status", "ok"}});
}
