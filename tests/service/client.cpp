#include "client.h"

#include <algorithm>
#include <cstdlib>

namespace understudy::test {

bool Client::send(const std::string& method, const std::string& path, const Json& body) {
  if (!wire_) wire_ = std::make_unique<RawClient>(port_);
  std::string request = method + " " + path + " HTTP/1.1\r\nHost: test\r\nAuthorization: Basic a2V5OnNlY3JldA==\r\n";
  const std::string text = body.is_null() ? "" : body.dump();
  if (method != "GET") request += "Content-Length: " + std::to_string(text.size()) + "\r\n";
  if (!text.empty()) request += "Content-Type: application/json\r\n";
  request += "\r\n" + text;
  if (wire_->connect_errno() == 0 && wire_->send(request)) return true;
  wire_.reset();
  return false;
}

Answer Client::receive() {
  const std::string bytes = wire_->read_response();
  const std::size_t head_end = bytes.find("\r\n\r\n");
  Answer answer;
  if (head_end != std::string::npos && bytes.rfind("HTTP/1.1 ", 0) == 0) {
    answer.head = bytes.substr(0, head_end + 2);
    answer.body = bytes.substr(head_end + 4);
    const std::size_t field = answer.head.find("Content-Length: ");
    const std::size_t length = field == std::string::npos ? 0 : std::stoul(answer.head.substr(field + 16));
    if (answer.body.size() == length) answer.status = std::atoi(bytes.c_str() + 9);
  }
  if (answer.status == 0 || answer.head.find("Connection: close") != std::string::npos) wire_.reset();
  return answer;
}

}  // namespace understudy::test
