// The test origin: live HLS streams with a content clock that can be judged, and faults that are real. README.md beside
// this file has the settings, the faults and the script. One object per process half; see origin_port.h for the
// contract.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "faults/script.h"
#include "origin/channel.h"
#include "origin_port.h"

namespace understudy::server {

class Origin final : public OriginPort {
 public:
  Origin(boost::asio::io_context& io, OriginOptions options);
  ~Origin() override;

  Result<void> start_channel(const std::string& id, const std::string& settings_json) override;
  Result<void> check_settings(const std::string& settings_json) override;
  void stop_channel(const std::string& id) override;
  void remove_channel(const std::string& id) override;
  EncoderState channel_state(const std::string& id) override;
  std::string playout_url(const std::string& id) override;
  Result<std::string> set_faults(const std::string& id, const std::string& json) override;
  std::string faults(const std::string& id) override;
  void clear_faults(const std::string& id) override;
  Result<void> run_script(const std::string& text) override;
  void stop_all() override;

 private:
  struct Entry {
    std::unique_ptr<OriginChannel> channel;
    ChannelSettings settings;
    bool started_once = false;
    std::uint16_t port = 0;
    int slot = 0;  // of the port range
  };
  Result<Entry*> entry(const std::string& id);
  void bind(Entry& e);
  void faults_edited(OriginChannel& channel);
  void wake();
  void run_step(const ScriptStep& step);

  boost::asio::io_context& io_;
  const OriginOptions options_;
  std::map<std::string, Entry> channels_;
  std::set<int> slots_;
  int created_ = 0;
  std::vector<ScriptStep> script_;
  std::size_t script_next_ = 0;
  WallTime script_begin_{};
  bool waking_ = false;
  boost::asio::steady_timer timer_;
};

}  // namespace understudy::server
