#include "model/fallback.h"
#include "model/lifecycle.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::companion;

namespace {

Directory two_channels() {
  Directory directory;
  for (const std::string id : {"A", "B"}) {
    Channel channel;
    channel.id = id;
    channel.status = ChannelStatus::stopped;
    for (const char* n : {"1", "2"}) {
      Alias alias;
      alias.id = id + n;
      channel.aliases.push_back(alias);
    }
    directory.put(channel);
  }
  return directory;
}

std::optional<Refused> check(const Directory& directory, const std::string& owner, const std::string& src) {
  return check_group(directory, directory.find(owner), Json{{"fallback", {{"src", src}, {"enabled", true}}}});
}

}  // namespace

TEST_CASE("a channel or alias may fall back to another channel or one of its aliases") {
  const Directory directory = two_channels();
  for (const char* owner : {"A", "A1"}) {
    for (const char* src : {"B", "B1"}) {
      INFO(owner << " to " << src);
      CHECK_FALSE(check(directory, owner, src));
    }
  }
}

TEST_CASE("two channels may fall back to each other") {
  Directory directory = two_channels();
  Channel a = *directory.find("A").channel;
  a.settings = {{"fallback", {{"src", "B"}, {"enabled", true}}}};
  directory.put(a);
  CHECK_FALSE(check(directory, "B", "A"));
}

TEST_CASE("what shares a root channel with its owner is refused with the reason") {
  const Directory directory = two_channels();
  CHECK(check(directory, "A", "A")->detail == "A: a channel can't fall back to itself");
  CHECK(check(directory, "A", "A1")->detail == "A1: a channel can't fall back to its own alias");
  CHECK(check(directory, "A1", "A")->detail == "A: an alias can't fall back to its own channel");
  CHECK(check(directory, "A1", "A1")->detail == "A1: an alias can't fall back to itself");
  CHECK(check(directory, "A1", "A2")->detail == "A2: an alias can't fall back to another alias of its channel");
  CHECK(check(directory, "A", "A")->why == Refusal::invalid_fallback);
}

TEST_CASE("what does not exist or was deleted can't be named as a fallback") {
  Directory directory = two_channels();
  CHECK(check(directory, "A", "C")->detail == "C: no channel or alias has this id");
  Channel b = *directory.find("B").channel;
  b.aliases[0].deleted = true;
  directory.put(b);
  CHECK(check(directory, "A", "B1"));
  CHECK_FALSE(check(directory, "A", "B"));
  b.status = ChannelStatus::deleted;
  directory.put(b);
  CHECK(check(directory, "A", "B"));
  CHECK(check(directory, "A", "B2"));
}

TEST_CASE("every member of a failover group is checked, disabled ones too") {
  const Directory directory = two_channels();
  const auto group = [&](const char* second) {
    return check_group(directory, directory.find("A"),
                       Json{{"failover",
                             {{"members",
                               {{{"src", "B"}, {"enabled", true}, {"priority", 1}},
                                {{"src", second}, {"enabled", false}, {"priority", 2}}}}}}});
  };
  CHECK_FALSE(group("B1"));
  CHECK(group("A2"));
}
