// What the opaque handles are. Private to capi/.
#pragma once

#include "understudy/c/understudy.h"
#include "understudy/config.h"

struct understudy_config {
  understudy::SessionConfig config;
};
