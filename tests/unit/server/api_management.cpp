#include "api_support.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using companion::Json;
using Kind = server::EncoderState::Kind;

TEST_CASE("management calls need the key and the secret") {
  Service service;
  CHECK(service.call("GET", "/channels").status == 200);
  for (const char* value :
       {"", "Basic", "Basic ", "Basic !!!!", "Basic a2V5Ondyb25n", "Bearer a2V5OnNlY3JldA==", "Basic a2V5"}) {
    INFO(value);
    const auto response = service.raw("GET", "/channels", {{"authorization", value}});
    CHECK(response.status == 401);
    CHECK(problem_of(response) == "unauthorised");
    CHECK(header_of(response, "WWW-Authenticate") == "Basic realm=\"understudy\", charset=\"UTF-8\"");
  }
  CHECK(service.raw("GET", "/channels", {{"authorization", "bAsIc  a2V5OnNlY3JldA=="}}).status == 200);
}

TEST_CASE("a stranger can't tell what exists") {
  Service service;
  service.create("ch-a");
  CHECK(service.raw("GET", "/channels/ch-a").status == 401);
  CHECK(service.raw("GET", "/channels/none").status == 401);
  CHECK(service.raw("PUT", "/channels/ch-a/whatever").status == 401);
}

TEST_CASE("base64 is decoded strictly and compared whatever its length") {
  using companion::decode_base64;
  CHECK(decode_base64("") == "");
  CHECK(decode_base64("YQ==") == "a");
  CHECK(decode_base64("YWI=") == "ab");
  CHECK(decode_base64("YWJj") == "abc");
  for (const char* bad : {"YQ", "YQ=", "Y===", "YQ==YQ==", "YW=j", "Y Q=", "===="}) {
    INFO(bad);
    CHECK_FALSE(decode_base64(bad));
  }
  using companion::equal_in_constant_time;
  CHECK(equal_in_constant_time("key:secret", "key:secret"));
  CHECK_FALSE(equal_in_constant_time("key:secret", "key:secretkey:secret"));
  CHECK_FALSE(equal_in_constant_time("key:secret", ""));
  CHECK_FALSE(equal_in_constant_time("", ""));
}

TEST_CASE("a channel is created with the documented members") {
  Service service;
  const auto response = service.call(
      "POST", "/channels", R"({"ingestLocation":"us-east","metadata":{"name":"News"},"streamConfig":{"fps":25}})");
  REQUIRE(response.status == 200);
  const Json channel = body_of(response);
  CHECK(channel["channelId"].get<std::string>().size() == 25);
  CHECK(channel["metadata"]["name"] == "News");
  CHECK(channel["region"] == "us-east");
  CHECK(channel["status"]["code"] == "creating");
  CHECK(channel["streamConfig"]["fps"] == 25);
  CHECK(channel["ingestTimeout"] == 3600);
  CHECK(channel["creationDate"] == "2026-01-02T03:04:10.000Z");
  CHECK_FALSE(channel["streamKey"].get<std::string>().empty());
  service.api.tick();
  const std::string id = channel["channelId"];
  CHECK(body_of(service.call("GET", "/channels/" + id))["status"]["code"] == "stopped");
  CHECK(body_of(service.call("GET", "/channels")).size() == 1);
}

TEST_CASE("a wished id is taken once and never again") {
  Service service;
  const std::string body = R"({"id":"ch-a","ingestLocation":"europe-west"})";
  CHECK(body_of(service.call("POST", "/channels", body))["channelId"] == "ch-a");
  CHECK(service.call("POST", "/channels", body).status == 409);
  CHECK(service.call("DELETE", "/channels/ch-a").status == 204);
  service.api.tick();
  CHECK(problem_of(service.call("POST", "/channels", body)) == "id-taken");
  for (const char* id : {"", "../x", "a/b", "a b", ".a", "-a", "é"}) {
    INFO(id);
    CHECK(service.call("POST", "/channels", R"({"ingestLocation":"us-east","id":")" + std::string(id) + "\"}").status ==
          400);
  }
}

TEST_CASE("a channel without a location or with a wrong one is refused") {
  Service service;
  CHECK(service.call("POST", "/channels", "{}").status == 400);
  CHECK(service.call("POST", "/channels").status == 400);
  const auto response = service.call("POST", "/channels", R"({"ingestLocation":"mars"})");
  CHECK(response.status == 400);
  CHECK(problem_of(response) == "invalid-member");
  CHECK(body_of(response)["detail"] == "ingestLocation: not one of us-east|us-west|europe-west");
  CHECK(body_of(service.call("GET", "/channels")).empty());
}

TEST_CASE("a patch answers 204 without a body and shows in the next GET") {
  Service service;
  service.create("a");
  service.create("b");
  const auto response = service.call("PATCH", "/channels/a", R"({"fallback":{"src":"b","enabled":true}})");
  CHECK(response.status == 204);
  CHECK_FALSE(response.body);
  service.call("PATCH", "/channels/a", R"({"fallback":{"enabled":false}})");
  CHECK(body_of(service.call("GET", "/channels/a"))["fallback"] == Json{{"src", "b"}, {"enabled", false}});
}

TEST_CASE("an invalid fallback is refused with 400 and the reason, and changes nothing") {
  Service service;
  service.create("a");
  const std::string alias = body_of(service.call("POST", "/channels/a/aliases", R"({"id":"a1"})"))["channelId"];
  CHECK(alias == "a1");
  const auto response = service.call("PATCH", "/channels/a", R"({"fallback":{"src":"a1","enabled":true}})");
  CHECK(response.status == 400);
  CHECK(problem_of(response) == "invalid-fallback");
  CHECK(body_of(response)["detail"] == "a1: a channel can't fall back to its own alias");
  CHECK(service.call("PATCH", "/channels/a/aliases/a1", R"({"fallback":{"src":"a","enabled":true}})").status == 400);
  CHECK(service.document("a").members.empty());
}

TEST_CASE("a fallback that was deleted doesn't block other settings") {
  Service service;
  service.create("a");
  service.create("b");
  service.call("PATCH", "/channels/a", R"({"fallback":{"src":"b","enabled":true}})");
  service.call("DELETE", "/channels/b");
  service.api.tick();
  CHECK(service.call("PATCH", "/channels/a", R"({"customization":{"announcement":"Hi."}})").status == 204);
  CHECK(service.document("a").members.at(0).status == status::ChannelStatus::deleted);
}

TEST_CASE("start and stop drive the encoder and the status follows it") {
  Service service;
  service.call("POST", "/channels", R"({"id":"a","ingestLocation":"us-east","origin":{"segmentMs":2000}})");
  const auto status = [&] { return body_of(service.call("GET", "/channels/a/status"))["code"]; };
  CHECK(service.call("POST", "/channels/a/start").status == 204);
  CHECK(service.origin.calls.back() == R"(start a {"segmentMs":2000})");
  CHECK(status() == "deploying");
  service.api.tick();
  CHECK(status() == "starting");
  service.origin.encoder("a", Kind::playing);
  service.api.tick();
  CHECK(status() == "playing");
  CHECK(service.call("POST", "/channels/a/start").status == 204);
  CHECK(service.origin.calls.size() == 1);
  CHECK(service.call("POST", "/channels/a/stop").status == 204);
  CHECK(service.origin.calls.back() == "stop a");
  CHECK(status() == "stopping");
  service.api.tick();
  CHECK(status() == "stopped");
}

TEST_CASE("a start may carry an ingest timeout, which then stops the channel") {
  Service service;
  service.create("a");
  CHECK(service.call("POST", "/channels/a/start", R"({"ingestTimeout":5,"rtmpPullUrl":"rtmp://x"})").status == 204);
  service.origin.encoder("a", Kind::waiting);
  service.api.tick();
  service.seconds = 5;
  service.api.tick();
  CHECK(service.origin.calls.back() == "stop a");
  service.api.tick();
  CHECK(service.document("a").status == status::ChannelStatus::stopped);
  CHECK(service.document("a").stop_reason == status::StopReason::timeout);
  CHECK(service.call("POST", "/channels/a/start", R"({"ingestTimeout":-1})").status == 400);
  CHECK(service.call("POST", "/channels/a/start", R"({"name":"x"})").status == 400);
}

TEST_CASE("settings that the origin does not take are refused, and a running encoder gets new ones") {
  Service service;
  service.create("a");
  service.play("a");
  service.origin.refuse_settings = "theora";
  const auto response = service.call("PATCH", "/channels/a", R"({"origin":{"codec":"theora"}})");
  CHECK(response.status == 400);
  CHECK(problem_of(response) == "invalid-origin");
  CHECK(service.call("PATCH", "/channels/a", R"({"origin":{"codec":"h264"}})").status == 204);
  CHECK(service.origin.calls.back() == R"(start a {"codec":"h264"})");
  const std::size_t calls = service.origin.calls.size();
  CHECK(service.call("PATCH", "/channels/a", R"({"metadata":{"name":"x"}})").status == 204);
  CHECK(service.origin.calls.size() == calls);
}

TEST_CASE("a channel that the origin can't start is in error and can be started again") {
  Service service;
  service.create("a");
  service.call("PATCH", "/channels/a", R"({"origin":{"source":"gone.mp4"}})");
  service.origin.refuse_settings = "gone";
  CHECK(service.call("POST", "/channels/a/start").status == 400);
  service.api.tick();
  CHECK(body_of(service.call("GET", "/channels/a/status")) ==
        Json{{"code", "error"}, {"message", "gone: not supported"}});
  service.origin.refuse_settings.clear();
  CHECK(service.call("POST", "/channels/a/start").status == 204);
}

TEST_CASE("aliases are made, shown, changed, switched and deleted under their channel") {
  Service service;
  service.create("a");
  service.create("b");
  const auto made = service.call("POST", "/channels/a/aliases", R"({"metadata":{"name":"Sports"},"id":"a1"})");
  REQUIRE(made.status == 200);
  CHECK(body_of(made)["channelId"] == "a1");
  CHECK(body_of(made)["parentChannelId"] == "a");
  CHECK(body_of(made)["active"] == true);
  CHECK(service.call("POST", "/channels/a/aliases").status == 200);
  CHECK(body_of(service.call("GET", "/channels/a/aliases")).size() == 2);
  CHECK(service.call("PATCH", "/channels/a/aliases/a1", R"({"customization":{"announcement":"Later."}})").status ==
        204);
  CHECK(body_of(service.call("GET", "/channels/a/aliases/a1"))["customization"]["announcement"] == "Later.");
  CHECK(service.call("POST", "/channels/a/aliases/a1/disable").status == 204);
  CHECK(body_of(service.call("GET", "/channels/a/aliases/a1"))["active"] == false);
  CHECK(service.call("POST", "/channels/a/aliases/a1/enable").status == 204);
  CHECK(service.call("GET", "/channels/b/aliases/a1").status == 404);
  CHECK(service.call("GET", "/channels/a1").status == 404);
  const auto gone = service.call("DELETE", "/channels/a/aliases/a1");
  CHECK(gone.status == 200);
  CHECK(body_of(gone)["channelId"] == "a1");
  CHECK(service.call("GET", "/channels/a/aliases/a1").status == 404);
  CHECK(body_of(service.call("GET", "/channels/a/aliases")).size() == 1);
}

TEST_CASE("faults go to the origin as they are") {
  Service service;
  service.create("a");
  CHECK(body_of(service.call("GET", "/channels/a/faults")).empty());
  CHECK(body_of(service.call("POST", "/channels/a/faults", R"({"kind":"refuse"})")) == Json{{{"kind", "refuse"}}});
  CHECK(service.call("POST", "/channels/a/faults", R"([{"kind":"reset"}])").status == 200);
  CHECK(problem_of(service.call("POST", "/channels/a/faults", "{}")) == "invalid-origin");
  CHECK(service.call("DELETE", "/channels/a/faults").status == 204);
  CHECK(body_of(service.call("GET", "/channels/a/faults")).empty());
  CHECK(service.call("GET", "/channels/none/faults").status == 404);
}

TEST_CASE("errors are problem details with the right code") {
  Service service;
  service.create("a");
  CHECK(problem_of(service.call("GET", "/channels/none")) == "unknown-id");
  CHECK(problem_of(service.call("GET", "/nothing")) == "no-such-path");
  CHECK(problem_of(service.call("GET", "/")) == "no-such-path");
  CHECK(problem_of(service.call("GET", "/channels/a/aliases/x/y/z")) == "no-such-path");
  const auto put = service.call("PUT", "/channels/a");
  CHECK(put.status == 405);
  CHECK(header_of(put, "Allow") == "GET, PATCH, DELETE");
  CHECK(header_of(service.call("GET", "/channels/a/start"), "Allow") == "POST");
  CHECK(problem_of(service.call("PATCH", "/channels/a", "{\"a\":")) == "invalid-json");
  CHECK(problem_of(service.call("PATCH", "/channels/a", "[]")) == "invalid-json");
  CHECK(problem_of(service.call("PATCH", "/channels/a", "{\"origin\":" + std::string(20, '[') + "}")) ==
        "invalid-json");
  CHECK(problem_of(service.call("PATCH", "/channels/a", std::string(200'000, '['))) == "too-large");
  CHECK(problem_of(service.call("PATCH", "/channels/a", std::string(100'000, '['))) == "invalid-json");
  const auto form = service.raw(
      "PATCH", "/channels/a",
      {{"authorization", "Basic a2V5OnNlY3JldA=="}, {"content-type", "application/x-www-form-urlencoded"}}, "a=b");
  CHECK(form.status == 415);
  CHECK(problem_of(form) == "unsupported-media-type");
}

TEST_CASE("a channel on its way out can be read and not changed") {
  Service service;
  service.create("a");
  service.play("a");
  CHECK(service.call("DELETE", "/channels/a").status == 204);
  CHECK(service.origin.calls.back() == "remove a");
  CHECK(service.call("GET", "/channels/a").status == 200);
  CHECK(problem_of(service.call("POST", "/channels/a/start")) == "wrong-state");
  service.api.tick();
  CHECK(service.call("GET", "/channels/a").status == 404);
  CHECK(service.call("DELETE", "/channels/a").status == 404);
}

TEST_CASE("the demo channels are made once and started") {
  Service service;
  REQUIRE(service.api.make_demo_channels());
  REQUIRE(service.origin.calls.size() == 2);
  CHECK(service.origin.calls[0].rfind("start ch-b ", 0) == 0);
  CHECK(service.origin.calls[1].rfind("start ch-a ", 0) == 0);
  CHECK(service.document("ch-a").members.at(0).src == "ch-b");
  REQUIRE(service.api.make_demo_channels());
  CHECK(service.origin.calls.size() == 2);
}

TEST_CASE("a new service over the same store goes on where the old one ended") {
  companion::ChannelStore store(":memory:");
  FakeOrigin origin;
  const auto now = [] { return companion::Now{Instant{}, "t"}; };
  const auto quiet = [](const std::string&) {};
  const std::vector<std::pair<std::string, std::string>> headers = {{"authorization", "Basic a2V5OnNlY3JldA=="}};
  std::int64_t revision = 0;
  {
    companion::Companion first({store, origin, now, quiet}, {"key", "secret"});
    REQUIRE(first.make_demo_channels());
    first.handle({"POST", "/channels/ch-b/stop", "", headers, ""});
    origin.encoder("ch-a", Kind::playing);
    first.tick();
    const auto document = status::parse_document(*first.handle({"GET", "/playout/ch-a", "", {}, ""}).body);
    REQUIRE(document->status == status::ChannelStatus::playing);
    revision = document->revision;
  }
  origin = FakeOrigin{};
  companion::Companion second({store, origin, now, quiet}, {"key", "secret"});
  REQUIRE(origin.calls.size() == 1);
  CHECK(origin.calls[0].rfind("start ch-a ", 0) == 0);
  const auto document = status::parse_document(*second.handle({"GET", "/playout/ch-a", "", {}, ""}).body);
  REQUIRE(document);
  CHECK(document->status == status::ChannelStatus::deploying);
  CHECK(document->members.at(0).status == status::ChannelStatus::stopped);
  CHECK(document->revision > revision);
}
