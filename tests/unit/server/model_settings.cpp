#include "model/settings.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::companion;

namespace {

Json merged(const Json& current, const Json& patch) {
  const Outcome<Json> outcome = merged_settings(Owner::channel, current, patch);
  if (!outcome) FAIL(outcome.refused().detail);
  return *outcome;
}

std::string refusal(const Json& patch, Owner owner = Owner::channel) {
  const Outcome<Json> outcome = merged_settings(owner, Json::object(), patch);
  REQUIRE_FALSE(outcome);
  return outcome.refused().detail;
}

}  // namespace

TEST_CASE("a patch keeps what it does not name, even one nested colour") {
  Json settings =
      merged(Json::object(), {{"customization", {{"announcement", "Soon."}, {"colors", {{"primary", "red"}}}}},
                              {"metadata", {{"name", "News"}}}});
  settings = merged(settings, {{"customization", {{"colors", {{"secondary", "blue"}}}}}});
  CHECK(settings["customization"]["announcement"] == "Soon.");
  CHECK(settings["customization"]["colors"]["primary"] == "red");
  CHECK(settings["customization"]["colors"]["secondary"] == "blue");
  CHECK(settings["metadata"]["name"] == "News");
}

TEST_CASE("null takes a setting back") {
  const Json settings =
      merged({{"customization", {{"announcement", "Soon."}}}}, {{"customization", {{"announcement", nullptr}}}});
  CHECK_FALSE(settings["customization"].contains("announcement"));
}

TEST_CASE("a fallback keeps its source when it is switched off and on") {
  Json settings = merged(Json::object(), {{"fallback", {{"src", "B"}, {"enabled", true}}}});
  settings = merged(settings, {{"fallback", {{"enabled", false}}}});
  REQUIRE(members_of(settings).size() == 1);
  CHECK(members_of(settings)[0].src == "B");
  CHECK_FALSE(members_of(settings)[0].enabled);
}

TEST_CASE("the deprecated failoverId is a fallback") {
  const Json settings = merged(Json::object(), {{"failoverId", "B"}});
  CHECK(settings["fallback"] == Json{{"src", "B"}, {"enabled", true}});
  CHECK_FALSE(settings.contains("failoverId"));
}

TEST_CASE("Tencent's settings are a fallback and a policy") {
  const Json settings =
      merged(Json::object(),
             {{"FailOverSettings",
               {{"SecondaryInputId", "B"}, {"LossThreshold", 5000}, {"RecoverBehavior", "PRIMARY_PREFERRED"}}}});
  CHECK(members_of(settings).at(0).src == "B");
  CHECK(members_of(settings).at(0).enabled);
  CHECK(policy_of(settings).loss_threshold_ms == 5000);
  CHECK(policy_of(settings).recovery == Recovery::primary_preferred);
  CHECK_FALSE(settings.contains("FailOverSettings"));
  const Json without = merged(settings, {{"FailOverSettings", {{"SecondaryInputId", ""}}}});
  CHECK(members_of(without).empty());
  CHECK(policy_of(without).loss_threshold_ms == 5000);
}

TEST_CASE("Tencent's range of the loss threshold is kept") {
  CHECK(refusal({{"FailOverSettings", {{"LossThreshold", 999}}}}) ==
        "failover.policy.lossThresholdMs: not in 1000–86400000");
  CHECK(refusal({{"FailOverSettings", {{"LossThreshold", 86'400'001}}}}) ==
        "failover.policy.lossThresholdMs: not in 1000–86400000");
  CHECK(refusal({{"FailOverSettings", {{"RecoverBehavior", "SOMETIMES"}}}}) ==
        "failover.policy.recovery: not one of CURRENT_PREFERRED|PRIMARY_PREFERRED");
}

TEST_CASE("policy is short for failover.policy") {
  const Json settings = merged({{"failover", {{"policy", {{"pollMs", 500}}}}}}, {{"policy", {{"standby", "hot"}}}});
  CHECK(policy_of(settings).poll_ms == 500);
  CHECK(policy_of(settings).standby == Standby::hot);
  CHECK_FALSE(settings.contains("policy"));
}

TEST_CASE("a policy that contradicts itself is refused after the merge") {
  const Json patch = {{"policy", {{"probeMinMs", 9000}}}};
  CHECK(refusal(patch) == "failover.policy: probe_min_ms: 9000 exceeds probe_max_ms (8000)");
  const Json wide = {{"failover", {{"policy", {{"probeMaxMs", 20000}}}}}};
  CHECK(merged(wide, patch)["failover"]["policy"]["probeMinMs"] == 9000);
}

TEST_CASE("the members of a group are completed and sorted by nothing but their priority") {
  const Json settings =
      merged(Json::object(),
             {{"failover", {{"mode", "flat"}, {"members", {{{"src", "B"}, {"enabled", true}}, {{"src", "C"}}}}}}});
  const auto members = members_of(settings);
  REQUIRE(members.size() == 2);
  CHECK(members[0].priority == 1);
  CHECK(members[1].priority == 2);
  CHECK_FALSE(members[1].enabled);
  CHECK(policy_of(settings).mode == GroupMode::flat);
}

TEST_CASE("fallback and members replace each other and can't come together") {
  const Json fallback = {{"fallback", {{"src", "B"}, {"enabled", true}}}};
  const Json group = {{"failover", {{"members", {{{"src", "C"}, {"enabled", true}}}}}}};
  const Json to_group = merged(merged(Json::object(), fallback), group);
  CHECK_FALSE(to_group.contains("fallback"));
  CHECK(members_of(to_group).at(0).src == "C");
  const Json back = merged(to_group, fallback);
  REQUIRE(members_of(back).size() == 1);
  CHECK(members_of(back)[0].src == "B");
  Json both = fallback;
  both.update(group);
  CHECK(refusal(both).find("two spellings") != std::string::npos);
}

TEST_CASE("what is unknown, misspelt or of the wrong type is refused by name") {
  CHECK(refusal({{"fallbck", {{"src", "B"}}}}) == "fallbck: unknown member");
  CHECK(refusal({{"fallback", {{"source", "B"}}}}) == "fallback.source: unknown member");
  CHECK(refusal({{"fallback", true}}) == "fallback: not an object");
  CHECK(refusal({{"fallback", {{"enabled", "yes"}}}}) == "fallback.enabled: not a boolean");
  CHECK(refusal({{"fallback", {{"enabled", true}}}}) == "fallback.src: missing, though the fallback is enabled");
  CHECK(refusal({{"customization", {{"posterImg", "javascript:alert(1)"}}}}) ==
        "customization.posterImg: not an http or https URL");
  CHECK(refusal({{"customization", {{"announcement", std::string(4097, 'x')}}}}) ==
        "customization.announcement: longer than 4096 bytes");
  CHECK(refusal({{"ingestTimeout", -1}}) == "ingestTimeout: not in 0–2147483647");
  CHECK(refusal({{"ingestTimeout", 1.5}}) == "ingestTimeout: not an integer");
  CHECK(refusal({{"policy", {{"pollMs", 18446744073709551615u}}}}) == "failover.policy.pollMs: not in 250–60000");
  CHECK(refusal({{"policy", {{"autoRestart", 1}}}}) == "failover.policy.autoRestart: not a boolean");
  CHECK(refusal({{"failover", {{"members", {{{"enabled", true}}}}}}}) == "failover.members[0].src: missing");
  CHECK(refusal({{"failover", {{"members", {{{"src", "B"}}, {{"src", "B"}}}}}}}) ==
        "failover.members[1].src: named twice");
  CHECK(refusal({{"failover", 3}}) == "failover: not an object");
  CHECK(refusal({{"failover", {{"policy", 3}}}}) == "failover.policy: not an object");
  CHECK(refusal({{"origin", Json::object()}}, Owner::alias) == "origin: unknown member");
}

TEST_CASE("settings can't grow without bound by many small patches") {
  Json settings = Json::object();
  bool refused = false;
  for (int i = 0; i < 100 && !refused; ++i) {
    Outcome<Json> next =
        merged_settings(Owner::channel, settings, {{"origin", {{"k" + std::to_string(i), std::string(2000, 'x')}}}});
    refused = !next;
    if (next) settings = *next;
  }
  CHECK(refused);
}

TEST_CASE("only what players see counts as a visible difference") {
  const Json before = {{"metadata", {{"name", "a"}}}, {"fallback", {{"src", "B"}}}};
  CHECK_FALSE(visible_difference(before, merged(before, {{"metadata", {{"name", "b"}}}})));
  CHECK(visible_difference(before, merged(before, {{"customization", {{"announcement", "Hi."}}}})));
}
