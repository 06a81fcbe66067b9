#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "store/channel_store.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::companion;

namespace {

// A directory of its own, gone at the end.
class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "understudy-store-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

Channel sample() {
  Channel channel;
  channel.id = "ch-a";
  channel.created = "2026-01-02T03:04:05.678Z";
  channel.stream_key = "key";
  channel.settings = {{"fallback", {{"src", "ch-b"}, {"enabled", true}}},
                      {"customization", {{"announcement", "Grüße"}}}};
  channel.status = ChannelStatus::playing;
  channel.message = "m";
  channel.stop_reason = StopReason::timeout;
  channel.wanted = true;
  channel.revision = 7;
  channel.updated = "2026-01-02T03:04:06.000Z";
  Alias alias;
  alias.id = "ch-a1";
  alias.active = false;
  alias.deleted = true;
  alias.created = "c";
  alias.settings = {{"hls", {{"enabled", true}}}};
  alias.revision = 6;
  alias.updated = "u";
  channel.aliases.push_back(alias);
  return channel;
}

}  // namespace

TEST_CASE("a channel comes back from its row as it was") {
  const Channel before = sample();
  const Channel after = from_row(to_row(before));
  CHECK(to_row(after) == to_row(before));
  CHECK(after.id == before.id);
  CHECK(after.settings == before.settings);
  CHECK(after.status == ChannelStatus::playing);
  CHECK(after.stop_reason == StopReason::timeout);
  CHECK(after.wanted);
  REQUIRE(after.aliases.size() == 1);
  CHECK(after.aliases[0].id == "ch-a1");
  CHECK(after.aliases[0].deleted);
  CHECK_FALSE(after.aliases[0].active);
}

TEST_CASE("channels survive closing and opening the database, and a save replaces") {
  const TempDir dir;
  Channel channel = sample();
  {
    ChannelStore store(dir.file("db"));
    CHECK(store.load().empty());
    store.save(channel);
    channel.message = "second";
    store.save(channel);
  }
  ChannelStore store(dir.file("db"));
  const std::vector<Channel> loaded = store.load();
  REQUIRE(loaded.size() == 1);
  CHECK(loaded[0].message == "second");
}

TEST_CASE("what was saved survives a process that is killed") {
  const TempDir dir;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ChannelStore store(dir.file("db"));
    store.save(sample());
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  ChannelStore store(dir.file("db"));
  REQUIRE(store.load().size() == 1);
}

TEST_CASE("a second process on the same database is refused") {
  const TempDir dir;
  ChannelStore store(dir.file("db"));
  store.save(sample());
  CHECK_THROWS_AS(ChannelStore(dir.file("db")), StoreError);
}

TEST_CASE("a file that is no database is refused and left alone") {
  const TempDir dir;
  const std::string text(8192, 'x');
  std::ofstream(dir.file("db")) << text;
  CHECK_THROWS_AS(ChannelStore(dir.file("db")), StoreError);
  std::ifstream file(dir.file("db"));
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == text);
}

TEST_CASE("a database of a newer version is refused") {
  const TempDir dir;
  {
    Database database(dir.file("db"));
    database.execute("PRAGMA user_version = 99");
  }
  CHECK_THROWS_AS(ChannelStore(dir.file("db")), StoreError);
}

TEST_CASE("a row that can't be read stops the service and names the channel") {
  const TempDir dir;
  { ChannelStore store(dir.file("db")); }
  {
    Database database(dir.file("db"));
    database.execute("INSERT INTO channels VALUES ('ch-x', '{\"id\": 3}')");
  }
  ChannelStore store(dir.file("db"));
  try {
    (void)store.load();
    FAIL("loaded");
  } catch (const StoreError& e) {
    CHECK(std::string(e.what()).find("channel ch-x") == 0);
  }
}

TEST_CASE("a failed save changes nothing") {
  const TempDir dir;
  ChannelStore store(dir.file("db"));
  store.save(sample());
  Database blocked(":memory:");
  CHECK_THROWS_AS(blocked.execute("INSERT INTO nowhere VALUES (1)"), StoreError);
  Transaction transaction(blocked);
  CHECK_THROWS_AS(Statement(blocked, "SELECT * FROM nowhere"), StoreError);
}
