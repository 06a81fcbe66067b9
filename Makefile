# Thin: everything real is in CMakePresets.json, .ci/deps, player-wasm/build.sh and the demos' scripts.
PRESET ?= dev
REPORT ?= build/demo
JOBS   ?= $(shell nproc)
RUNS   ?= 41000

.PHONY: help deps build demo test sim crowd fuzz soak coverage tsan bench bench-failover wasm demo-web bench-web bench-failover-web clean

help:
	@echo "make demo    install what is missing, build, and watch a fallback take over (HEADLESS=1, REPORT=DIR)"
	@echo "make demo-web   the same in a browser: prints the address of a page with two channels and buttons to break them"
	@echo "make test    install what is missing, build, run all tests"
	@echo "make sim     simulated outages, every promise checked (SEED=1 RUNS=$(RUNS): a hundred thousand outages; RUNS=410000: a million)"
	@echo "make crowd   a million viewers of one channel through its failures (FULL=1: each with an engine of its own)"
	@echo "make fuzz    fuzz everything that reads what others wrote (MINUTES=10 for all targets together)"
	@echo "make soak    the real player and service, one outage after another (HOURS=1)"
	@echo "make coverage   lines and branches of sdk/core that the tests reach"
	@echo "make tsan    the threads of the player, its transports and the service, under the thread sanitizer"
	@echo "make build   build the preset PRESET ($(PRESET)): dev, release, asan-ubsan, tsan, fuzz"
	@echo "make bench   build release and print the benchmark figures"
	@echo "make bench-failover   break sources and judge what viewers got (QUICK=1 FULL=1 JOBS=3 REPEAT=1 ONLY=text)"
	@echo "make bench-failover-web   the same in Chromium, with both decoders (DECODER=webcodecs or software)"
	@echo "make bench-web   the browser player beside hls.js and Shaka (MINUTES=10)"
	@echo "make wasm    build the browser player and its npm package (into build/wasm)"
	@echo "make deps    install missing system packages (apt; elsewhere print what is missing)"
	@echo "make clean   remove build/"

deps:
	@.ci/deps

build: deps
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) -j $(JOBS)

demo: deps
	cmake --preset release
	cmake --build --preset release -j $(JOBS) --target understudy-player understudy-server
	player-desktop/demo.sh build/release "$(REPORT)"

wasm: deps
	player-wasm/build.sh build/wasm

test: build wasm
	cmake --preset $(PRESET) -DUNDERSTUDY_BUILD_WASM=ON
	ctest --preset $(PRESET) -j $(JOBS)

sim: deps
	cmake --preset release -DUNDERSTUDY_BUILD_TESTS=ON
	cmake --build --preset release -j $(JOBS) --target understudy-sim
	build/release/tests/simulation/understudy-sim --seed $(or $(SEED),1) --runs $(RUNS) --minutes 10 --jobs $(JOBS) --shrink 100 --out build/sim

crowd: deps
	cmake --preset release -DUNDERSTUDY_BUILD_TESTS=ON
	cmake --build --preset release -j $(JOBS) --target understudy-sim
	build/release/tests/simulation/understudy-sim crowd --viewers 1000000 --jobs $(JOBS) --out build/crowd

fuzz: deps
	cmake --preset fuzz
	cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	tests/fuzz/run.sh --minutes $(or $(MINUTES),10) --jobs $(JOBS)

soak: deps
	cmake --preset release -DUNDERSTUDY_BUILD_TESTS=ON
	cmake --build --preset release -j $(JOBS) --target soak_run understudy-player understudy-server
	build/release/tests/soak/soak_run --hours $(or $(HOURS),1) --out build/soak

coverage: deps
	tests/coverage.sh build/coverage

tsan: deps
	cmake --preset tsan
	cmake --build --preset tsan -j $(JOBS) --target unit_net unit_media unit_player unit_desktop unit_server capi_test
	ctest --preset tsan -R '^(unit_(net|media|player|desktop|server)|capi)$$'

bench: deps
	cmake --preset release -DUNDERSTUDY_BUILD_TESTS=ON
	cmake --build --preset release -j $(JOBS) --target bench_programs
	ctest --test-dir build/release -C Bench -L bench --verbose

bench-failover: deps
	cmake --preset release -DUNDERSTUDY_BUILD_TESTS=ON
	cmake --build --preset release -j $(JOBS) --target failover_bench
	build/release/tests/bench/failover/failover_bench --out build/bench

demo-web: wasm
	cmake --preset release
	cmake --build --preset release -j $(JOBS) --target understudy-server
	player-wasm/demo/demo.sh build/release

bench-failover-web: wasm
	cmake --preset release -DUNDERSTUDY_BUILD_TESTS=ON
	cmake --build --preset release -j $(JOBS) --target failover_bench understudy-server
	tests/browser/modules.sh
	build/release/tests/bench/failover/failover_bench --web $(or $(DECODER),both) --out build/bench

bench-web: wasm
	cmake --preset release
	cmake --build --preset release -j $(JOBS) --target understudy-server
	tests/bench/web/bench.sh build/release build/bench

clean:
	rm -rf build player-wasm/package/dist
