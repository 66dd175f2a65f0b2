#!/usr/bin/env bash
# Looks for bytes that break the decoder of values, for that many seconds (60), guided by what they reach. Needs a C++
# compiler, and no more than a stable Rust. What is found lies in target/fuzz; add it to the corpus, and fix it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v "${CXX:-c++}" > /dev/null; then
  echo "skipped: a C++ compiler builds the fuzzer, and there is none (the tests replay the corpus all the same)"
  exit 0
fi

target="$(cd ../../.. && pwd)/target/fuzz"
found="$target/found/"
seen="$target/seen"
mkdir -p "$found" "$seen"

# What cargo-fuzz sets, without the sanitizer, which only a nightly Rust has. With a target, build scripts go without.
flags=(
  -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares
  -Cdebug-assertions
)
host="$(rustc -vV | sed -n 's/^host: //p')"
RUSTFLAGS="${flags[*]} --cfg fuzzing" cargo build --release --locked --target "$host" --target-dir "$target" --bin value

log="$target/log"
"$target/$host/release/value" "$seen" corpus/value -max_total_time="${1:-60}" -timeout=10 -rss_limit_mb=512 \
  -max_len=4096 -artifact_prefix="$found" -print_final_stats=1 2> "$log" || { tail -n 60 "$log"; exit 1; }
grep '^stat::' "$log"
