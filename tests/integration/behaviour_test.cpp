// FAILOVER.md 1 to 4 with the real player, the real service and real time. The scenario tests hold the same rules on virtual time.
#include <thread>

#include "rig.h"
#include "status_mirror.h"
#include "support/catch.h"

namespace understudy::test {
namespace {

/// Content that was skipped. Frames that a slow machine was too late for are counted apart, and are no matter of right or wrong.
int frames_lost(const Viewer& viewer) { return viewer.report()["summary"]["frames_lost"]; }

std::vector<int> channels_of(const Viewer& viewer) { return viewer.verdict().channels; }

TEST_CASE("a channel that has not started shows the card and starts by itself") {
  Service service;
  service.add_channel("a", {}, "", false);
  service.call("PATCH", "/channels/a", {{"customization", {{"announcement", "Back at nine."}}}});
  Viewer viewer(service.dir(), "prelive", {service.playout("a")});
  REQUIRE(viewer.wait_for("pre_live", seconds(10)));
  CHECK(viewer.events().back().dump().find("Back at nine.") != std::string::npos);
  service.start("a");
  REQUIRE(viewer.wait_for("started", seconds(10)));
  CHECK(viewer.count("error") == 0);
  CHECK(viewer.finish() == 0);
}

TEST_CASE("the fallback takes over unseen, and the primary takes back when the fallback fails") {
  Service service;
  service.add_channel("b", {{"pts_base", 900000}, {"gop_s", 1}, {"segment_phase_s", 0.7}});
  service.add_channel("a", {}, "b");
  Viewer viewer(service.dir(), "there-and-back", {service.playout("a")});
  REQUIRE(viewer.wait_for("started", seconds(15)));
  service.set_fault("a", {{"fault", "segment_404"}});
  REQUIRE(viewer.wait_for("switched", seconds(20)));
  service.clear_faults("a");
  service.set_fault("b", {{"fault", "refuse"}});
  REQUIRE(viewer.wait_for("switched", seconds(20), 2));
  REQUIRE(viewer.wait_for_picture(2, seconds(5)));
  CHECK(viewer.finish() == 0);
  const Verdict verdict = viewer.verdict();
  CHECK(verdict.channels == std::vector<int>{2, 1, 2});
  CHECK(viewer.frames_without_date() == 0);
  CHECK(frames_lost(viewer) == 0);
  CHECK(verdict.repeated == 0);
}

TEST_CASE("with both sources gone the card is shown, and the picture comes back by itself") {
  Service service;
  service.add_channel("b");
  service.add_channel("a", {}, "b");
  Viewer viewer(service.dir(), "both", {service.playout("a")});
  REQUIRE(viewer.wait_for("started", seconds(15)));
  service.set_fault("a", {{"fault", "refuse"}});
  service.set_fault("b", {{"fault", "refuse"}});
  REQUIRE(viewer.wait_for("pre_live", seconds(30)));
  service.clear_faults("a");
  REQUIRE(viewer.wait_for("started", seconds(20), 2));
  CHECK(viewer.finish() == 0);
}

TEST_CASE("stopping the primary stops the player while the fallback streams on") {
  Service service;
  service.add_channel("b");
  service.add_channel("a", {}, "b");
  Viewer viewer(service.dir(), "stop", {service.playout("a")});
  REQUIRE(viewer.wait_for("started", seconds(15)));
  service.set_fault("a", {{"fault", "http_503"}});
  REQUIRE(viewer.wait_for("switched", seconds(20)));
  service.stop("a");
  REQUIRE(viewer.wait_end(seconds(10)).has_value());
  CHECK(viewer.count("stopped") == 1);
  CHECK(viewer.report()["summary"]["final_state"] == "stopped");
  CHECK(Json::parse(service.call("GET", "/channels/b/status").body)["code"] == "playing");
}

TEST_CASE("an alias has its own fallback and its parent's status") {
  Service service;
  service.add_channel("b");
  service.add_channel("a");
  const HttpAnswer made = service.call("POST", "/channels/a/aliases", {{"metadata", {{"name", "second"}}}});
  REQUIRE(made.status == 200);
  const std::string alias = Json::parse(made.body)["channelId"];
  REQUIRE(service.call("PATCH", "/channels/a/aliases/" + alias, {{"fallback", {{"enabled", true}, {"src", "b"}}}}).status == 204);
  Viewer viewer(service.dir(), "alias", {service.playout(alias)});
  REQUIRE(viewer.wait_for("started", seconds(15)));
  service.set_fault("a", {{"fault", "segment_404"}});
  REQUIRE(viewer.wait_for("switched", seconds(20)));
  REQUIRE(service.call("POST", "/channels/a/aliases/" + alias + "/disable").status == 204);
  REQUIRE(viewer.wait_end(seconds(10)).has_value());
  CHECK(viewer.events().back().dump().find("alias_deactivated") != std::string::npos);
}

TEST_CASE("every invalid fallback is refused with its reason") {
  Service service;
  service.add_channel("a", {}, "", false);
  service.add_channel("b", {}, "", false);
  const auto alias_of = [&](const std::string& id) -> std::string {
    return Json::parse(service.call("POST", "/channels/" + id + "/aliases").body)["channelId"];
  };
  const std::string a1 = alias_of("a");
  const std::string a2 = alias_of("a");
  const std::string b1 = alias_of("b");
  const auto set = [&](const std::string& owner, const std::string& src) {
    const std::string path = owner == "a" ? "/channels/a" : "/channels/a/aliases/" + owner;
    return service.call("PATCH", path, {{"fallback", {{"enabled", true}, {"src", src}}}});
  };
  for (const auto& [owner, src] : std::vector<std::pair<std::string, std::string>>{{"a", a1}, {a1, "a"}, {a1, a2}, {"a", "a"}}) {
    const HttpAnswer answer = set(owner, src);
    INFO(owner << " -> " << src << ": " << answer.body);
    CHECK(answer.status / 100 == 4);
    CHECK(!Json::parse(answer.body)["detail"].get<std::string>().empty());
  }
  for (const auto& [owner, src] : std::vector<std::pair<std::string, std::string>>{{"a", "b"}, {"a", b1}, {a1, "b"}, {a1, b1}}) {
    INFO(owner << " -> " << src);
    CHECK(set(owner, src).status == 204);
  }
}

TEST_CASE("playback goes on when the status service is killed") {
  Service service;
  service.add_channel("b");
  service.add_channel("a", {}, "b");
  StatusMirror mirror(service.call("GET", "/playout/a").body);
  Viewer viewer(service.dir(), "service-dies", {"--duration", "14", mirror.url()});
  REQUIRE(viewer.wait_for("started", seconds(15)));
  mirror.kill();
  CHECK(viewer.wait_end(seconds(40)) == 0);
  CHECK(channels_of(viewer) == std::vector<int>{2});
  CHECK(viewer.count("stopped") <= 1);  // its own end
  const Verdict verdict = viewer.verdict();
  CHECK(frames_lost(viewer) == 0);
  CHECK(verdict.repeated == 0);
}

}  // namespace
}  // namespace understudy::test
