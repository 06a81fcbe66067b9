// A folder over HTTP on loopback, and what was asked of it.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_server.h"

namespace understudy::test {

class FileServer {
 public:
  explicit FileServer(std::filesystem::path folder)
      : folder_(std::move(folder)), server_([this](RawConnection& connection) { serve(connection); }) {}

  std::string url(const std::string& path) const { return server_.url("/" + path); }
  /// Paths without the leading slash, in the order of arrival.
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  bool was_asked_for(const std::string& path) {
    const auto all = requests();
    return std::find(all.begin(), all.end(), path) != all.end();
  }

 private:
  void serve(RawConnection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::size_t begin = request.find('/') + 1;
      const std::string path = request.substr(begin, request.find_first_of(" ?", begin) - begin);
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(path);
      }
      std::ifstream file(folder_ / path, std::ios::binary);
      if (!file || path.find("..") != std::string::npos)
        connection.answer("", "", "404 Not Found");
      else
        connection.answer({std::istreambuf_iterator<char>(file), {}});
    }
  }

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  RawServer server_;  // last: its threads use the members above
};

}  // namespace understudy::test
