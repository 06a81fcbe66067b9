// The channels on disk: one row per channel with its aliases, in SQLite. save() returns once the change is on the disk
// (WAL with a sync per commit), so what a client was told survives a kill -9 and a power cut.
#pragma once

#include <string>
#include <vector>

#include "model/channel.h"
#include "store/sqlite.h"

namespace understudy::companion {

class ChannelStore {
 public:
  /// Creates the file and its tables where they are missing. Throws StoreError: not a database, of a newer version, in
  /// use by another process, not writable.
  explicit ChannelStore(const std::string& path);

  /// Throws StoreError where a row cannot be read, naming the channel: better no service than one that forgot a
  /// channel.
  std::vector<Channel> load();
  /// All or nothing. Throws StoreError.
  void save(const std::vector<Channel>& channels);
  void save(const Channel& channel) { save(std::vector<Channel>{channel}); }

 private:
  Database database_;
};

/// The row of a channel, as JSON, and back. Throws StoreError.
std::string to_row(const Channel& channel);
Channel from_row(const std::string& row);

}  // namespace understudy::companion
