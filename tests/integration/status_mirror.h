// A status service of one document that can be killed without its origins: in the real service both live in one process.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace understudy::test {

class StatusMirror {
 public:
  explicit StatusMirror(std::string document);
  ~StatusMirror() { kill(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/playout/a"; }
  /// From here on connections are refused.
  void kill();

 private:
  void serve();

  std::string document_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> dead_{false};
  std::thread thread_;
};

}  // namespace understudy::test
