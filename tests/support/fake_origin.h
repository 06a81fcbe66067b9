// An origin without encoders: tests say what each channel's encoder does and see what was asked of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "origin_port.h"

namespace understudy::test {

class FakeOrigin : public server::OriginPort {
 public:
  std::map<std::string, server::EncoderState> states;  // absent: idle
  std::vector<std::string> calls;                      // "start ch-a {}", "stop ch-a", …
  std::string refuse_settings;                         // settings with this text in them are refused
  std::map<std::string, std::string> fault_lists;

  void encoder(const std::string& id, server::EncoderState::Kind kind, const std::string& message = "") {
    states[id] = {kind, message};
  }

  Result<void> start_channel(const std::string& id, const std::string& settings) override {
    calls.push_back("start " + id + " " + settings);
    if (Result<void> checked = check_settings(settings); !checked) return checked;
    states[id] = {server::EncoderState::Kind::starting, ""};
    return {};
  }
  Result<void> check_settings(const std::string& settings) override {
    if (!refuse_settings.empty() && settings.find(refuse_settings) != std::string::npos) {
      return fail(ErrorCode::invalid_config, refuse_settings + ": not supported");
    }
    return {};
  }
  void stop_channel(const std::string& id) override {
    calls.push_back("stop " + id);
    states.erase(id);
  }
  void remove_channel(const std::string& id) override {
    calls.push_back("remove " + id);
    states.erase(id);
  }
  server::EncoderState channel_state(const std::string& id) override {
    const auto found = states.find(id);
    return found == states.end() ? server::EncoderState{} : found->second;
  }
  std::string playout_url(const std::string& id) override { return "http://media.example/" + id + "/index.m3u8"; }
  Result<std::string> set_faults(const std::string& id, const std::string& json) override {
    if (json.find("kind") == std::string::npos) return fail(ErrorCode::invalid_config, "kind: missing");
    fault_lists[id] = json;
    return faults(id);
  }
  std::string faults(const std::string& id) override {
    const auto found = fault_lists.find(id);
    return found == fault_lists.end() ? "[]" : "[" + found->second + "]";
  }
  void clear_faults(const std::string& id) override { fault_lists.erase(id); }
  Result<void> run_script(const std::string&) override { return {}; }
  void stop_all() override { states.clear(); }
};

}  // namespace understudy::test
