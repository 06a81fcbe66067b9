// The one way to include Catch2, so that versions 2 and 3 both work.
#pragma once
#ifdef UNDERSTUDY_CATCH_V3
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
