// The companion half: requests in, responses out, no socket. It owns the directory of channels, keeps the store in step
// (stored first, then published) and moves the channels along as their encoders report.
//
// Threading: one thread, the io_context's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "api/auth.h"
#include "http/exchange.h"
#include "model/directory.h"
#include "model/outcome.h"
#include "origin_port.h"
#include "store/channel_store.h"

namespace understudy::companion {

using server::OriginPort;
using server::Request;
using server::Response;

struct CompanionDeps {
  ChannelStore& store;
  OriginPort& origin;
  std::function<Now()> now;
  std::function<void(const std::string& line)> log;
};

class Companion {
 public:
  /// Loads the channels and starts again what was running. Throws StoreError.
  Companion(CompanionDeps deps, Credentials credentials);

  Response handle(const Request& request);
  /// Looks at every encoder; to be called a few times a second.
  void tick();
  /// Creates and starts `ch-a` with the fallback `ch-b`, and `ch-b`, unless they exist.
  Outcome<bool> make_demo_channels();

 private:
  struct Call {
    const Request& request;
    std::string id;
    std::string alias;
    Json body;
  };
  struct Route {
    const char* method;
    const char* pattern;  // "*" stands for one segment: the id, then the alias
    Response (Companion::*handler)(const Call&);
    bool raw_body;  // the handler reads request.body itself; it is still checked to be JSON
  };
  struct Rendered {
    std::uint64_t version = 0;
    std::string etag;
    std::shared_ptr<const std::string> body;
  };
  static const std::vector<Route>& routes();

  Response manage(const Request& request);
  Response dispatch(const Route& route, Call call);

  Response list_channels(const Call& call);
  Response create_channel(const Call& call);
  Response show_channel(const Call& call);
  Response patch_channel(const Call& call);
  Response delete_channel(const Call& call);
  Response start_channel(const Call& call);
  Response stop_channel(const Call& call);
  Response show_status(const Call& call);
  Response list_aliases(const Call& call);
  Response create_alias(const Call& call);
  Response show_alias(const Call& call);
  Response patch_alias(const Call& call);
  Response delete_alias(const Call& call);
  Response enable_alias(const Call& call);
  Response disable_alias(const Call& call);
  Response list_faults(const Call& call);
  Response add_faults(const Call& call);
  Response clear_faults(const Call& call);

  Response playout(const Request& request, const std::string& id);
  const Rendered* rendered(const std::string& id);

  /// Stores, then publishes. A problem where the store fails: then nothing has changed.
  std::optional<Response> commit(const Channel& channel);
  std::optional<Response> commit(const Outcome<Channel>& channel);
  std::optional<Refused> check_origin(const Channel& channel);
  Result<void> start_encoder(const Channel& channel);
  Response set_alias_active(const Call& call, bool active);

  CompanionDeps deps_;
  Credentials credentials_;
  Directory directory_;
  std::map<std::string, std::optional<Instant>>
      waiting_since_;                         // by channel that was started; bounded as the directory is
  std::map<std::string, Rendered> rendered_;  // by id that exists; bounded as the directory is
};

}  // namespace understudy::companion
