#include "store/channel_store.h"

#include <fmt/format.h>

namespace understudy::companion {
namespace {

constexpr std::int64_t kSchemaVersion = 1;

// Two processes on one database would publish revisions that contradict each other: the lock is exclusive and is taken
// now.
Database& prepared(Database& database) {
  database.execute("PRAGMA busy_timeout = 2000");  // a process that is just ending
  database.execute("PRAGMA locking_mode = EXCLUSIVE");
  database.execute("PRAGMA journal_mode = WAL");
  database.execute("PRAGMA synchronous = FULL");
  database.execute("BEGIN EXCLUSIVE");
  database.execute("COMMIT");
  return database;
}

std::int64_t schema_version(Database& database) {
  Statement query(database, "PRAGMA user_version");
  return query.step() ? query.integer(0) : 0;
}

void migrate(Database& database) {
  const std::int64_t found = schema_version(database);
  if (found > kSchemaVersion) {
    throw StoreError(fmt::format("the database has version {}, this program knows {}", found, kSchemaVersion));
  }
  if (found == kSchemaVersion) return;
  Transaction transaction(database);
  database.execute("CREATE TABLE channels (id TEXT PRIMARY KEY, row TEXT NOT NULL) WITHOUT ROWID");
  database.execute("PRAGMA user_version = 1");
  transaction.commit();
}

const char* reason_name(StopReason reason) {
  switch (reason) {
    case StopReason::none: return "none";
    case StopReason::operator_: return "operator";
    case StopReason::timeout: return "timeout";
  }
  return "none";
}

StopReason parse_reason(const std::string& name) {
  if (name == "operator") return StopReason::operator_;
  return name == "timeout" ? StopReason::timeout : StopReason::none;
}

Json alias_row(const Alias& alias) {
  return {{"id", alias.id},           {"active", alias.active},     {"deleted", alias.deleted},
          {"created", alias.created}, {"settings", alias.settings}, {"revision", alias.revision},
          {"updated", alias.updated}};
}

Alias alias_from(const Json& row) {
  return {row.at("id"),       row.at("active"),   row.at("deleted"), row.at("created"),
          row.at("settings"), row.at("revision"), row.at("updated")};
}

}  // namespace

std::string to_row(const Channel& channel) {
  Json aliases = Json::array();
  for (const Alias& alias : channel.aliases) aliases.push_back(alias_row(alias));
  return Json{{"id", channel.id},
              {"created", channel.created},
              {"streamKey", channel.stream_key},
              {"settings", channel.settings},
              {"status", std::string(to_string(channel.status))},
              {"message", channel.message},
              {"stopReason", reason_name(channel.stop_reason)},
              {"wanted", channel.wanted},
              {"revision", channel.revision},
              {"updated", channel.updated},
              {"aliases", aliases}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Channel from_row(const std::string& row) {
  try {
    const Json json = Json::parse(row);
    Channel channel;
    channel.id = json.at("id");
    channel.created = json.at("created");
    channel.stream_key = json.at("streamKey");
    channel.settings = json.at("settings");
    channel.status = status::parse_channel_status(json.at("status").get_ref<const std::string&>());
    channel.message = json.at("message");
    channel.stop_reason = parse_reason(json.at("stopReason"));
    channel.wanted = json.at("wanted");
    channel.revision = json.at("revision");
    channel.updated = json.at("updated");
    for (const Json& alias : json.at("aliases")) channel.aliases.push_back(alias_from(alias));
    return channel;
  } catch (const Json::exception& e) {
    throw StoreError(e.what());
  }
}

ChannelStore::ChannelStore(const std::string& path) : database_(path) {
  try {
    migrate(prepared(database_));
  } catch (const StoreError& e) {
    throw StoreError(fmt::format("database {}: {}", path, e.what()));
  }
}

std::vector<Channel> ChannelStore::load() {
  std::vector<Channel> channels;
  Statement query(database_, "SELECT id, row FROM channels ORDER BY id");
  while (query.step()) {
    try {
      channels.push_back(from_row(query.text(1)));
    } catch (const StoreError& e) {
      throw StoreError(fmt::format("channel {}: {}", query.text(0), e.what()));
    }
  }
  return channels;
}

void ChannelStore::save(const std::vector<Channel>& channels) {
  Transaction transaction(database_);
  Statement upsert(database_, "INSERT INTO channels (id, row) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET row = ?2");
  for (const Channel& channel : channels) {
    upsert.bind(1, channel.id).bind(2, to_row(channel)).step();
  }
  transaction.commit();
}

}  // namespace understudy::companion
