#!/usr/bin/env bash
# Runs the native test suites under AddressSanitizer and UndefinedBehaviorSanitizer, in a copy of this checkout with a sanitized
# addon. Needs cmake, g++ and a checkout that is set up. If all is well it prints only the test runner's totals.
#
#   scripts/check-sanitizers.sh                                            all tests of native code
#   scripts/check-sanitizers.sh test/backend/native-threads.test.ts        only these tests
set -euo pipefail
cd "$(dirname "$0")/.."
tests=("$@")
[[ $# -gt 0 ]] || tests=(test/backend/native.test.ts test/backend/native-threads.test.ts test/program test/engine/model-file.test.ts test/network/network.test.ts)
[[ -z ${DESCENT_MNIST:-} && -d ../shared/data/mnist ]] && export DESCENT_MNIST=$PWD/../shared/data/mnist
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"
cp -r dist "$copy/dist"
ln -s "$PWD/node_modules" "$copy/node_modules"
cd "$copy"

npx --no-install cmake-js compile -O build-asan -D --CDDESCENT_SANITIZE=address,undefined >build.log 2>&1 || { tail -30 build.log; exit 1; }
mkdir -p build/Release
cp build-asan/Debug/descent.node build/Release/
node -e '
  const { createHash } = require("node:crypto")
  const { readFileSync, writeFileSync } = require("node:fs")
  const file = readFileSync("build/Release/descent.node")
  const sha256 = createHash("sha256").update(file).digest("hex")
  writeFileSync("build/Release/descent.json", JSON.stringify({ size: file.length, sha256 }))
'
# Leaks are not checked: Node itself exits without freeing all memory.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
export DESCENT_EXPECT_NATIVE=1
exec node node_modules/vitest/vitest.mjs run "${tests[@]}"
