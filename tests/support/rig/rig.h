// One companion service with live channels, and players that watch them.
#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "judge.h"
#include "process.h"
#include "sound.h"

namespace understudy::test {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct HttpAnswer {
  int status = 0;  // 0: no answer
  std::string body;
};

/// Fresh, empty, below the build's temporary folder; removed by the destructor unless UNDERSTUDY_KEEP is set.
class TempDir {
 public:
  explicit TempDir(const std::string& name);
  ~TempDir();
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class Service {
 public:
  Service();
  ~Service();

  /// A started channel with small pictures, unless `settings` says otherwise. Returns when it is playing.
  void add_channel(const std::string& id, const Json& origin = {}, const std::string& fallback = "", bool start = true);
  void start(const std::string& id);
  void stop(const std::string& id);
  void wait_for_status(const std::string& id, const std::string& code);
  void set_fault(const std::string& id, const Json& fault);
  void clear_faults(const std::string& id);
  HttpAnswer call(const std::string& method, const std::string& path, const Json& body = nullptr);
  std::string playout(const std::string& id) const { return base_ + "/playout/" + id; }
  std::string media_url(const std::string& id);
  /// The service dies at once; its origins with it.
  void kill();
  /// Starts it again on the same database: what was started starts again, at other addresses.
  void restart();
  TempDir& dir() { return dir_; }
  pid_t pid() const { return process_->pid(); }
  /// "http://host:port"
  const std::string& base() const { return base_; }

 private:
  void spawn();

  TempDir dir_;
  std::unique_ptr<Process> process_;
  std::string base_;
  int channels_ = 0;
};

/// A headless player with real-time sinks.
class Viewer {
 public:
  /// `program`: what stands in for the desktop player, with its first arguments.
  Viewer(TempDir& dir, const std::string& name, const std::vector<std::string>& arguments, bool record = true,
         const std::vector<std::string>& program = {UNDERSTUDY_PLAYER});

  /// The newest event of this type has been logged since the call before; false at the deadline.
  bool wait_for(const std::string& event_type, milliseconds deadline, int count = 1);
  int count(const std::string& event_type) const;
  /// A picture of this channel has been recorded; false at the deadline.
  bool wait_for_picture(int channel_index, milliseconds deadline);
  /// Ends it and waits for its report.
  int finish();
  bool ended() { return !process_.running(); }
  pid_t pid() const { return process_.pid(); }
  std::optional<int> wait_end(milliseconds deadline) { return process_.wait(deadline); }
  std::vector<Json> events() const;
  Json report() const;
  /// From a second after the first picture on.
  Verdict verdict(double fps = 25) const { return judge_pictures(read_y4m(file("y4m")), fps, 1.0); }
  Sound sound() const { return judge_sound(file("wav")); }
  /// Rows of --frames whose program date time is empty.
  int frames_without_date() const;
  std::string log() const { return process_.output(); }
  /// "y4m", "wav", "csv", "report", "log", and what the arguments name so.
  std::string file(const std::string& ending) const { return stem_ + "." + ending; }

 private:
  std::string stem_;
  Process process_;
};

}  // namespace understudy::test
