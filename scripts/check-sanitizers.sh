#!/usr/bin/env bash
# Runs the native test suites with a sanitized addon, in a copy of this checkout: under AddressSanitizer with
# UndefinedBehaviorSanitizer, and under ThreadSanitizer, at each vector level that this processor has. Needs Linux, cmake, g++ and
# a checkout that is set up. For each run it prints the test runner's totals, and everything if the run fails.
#
#   scripts/check-sanitizers.sh                                            all tests of native code
#   scripts/check-sanitizers.sh --short                                    only each kernel, and the threads
#   scripts/check-sanitizers.sh test/backend/native-threads.test.ts        only these tests
#   SANITIZERS=thread LEVELS=avx2 scripts/check-sanitizers.sh              only this sanitizer and this vector level
set -euo pipefail
cd "$(dirname "$0")/.."
tests=(test/backend/native.test.ts test/backend/native-threads.test.ts test/backend/background.test.ts test/program
  test/engine/model-file.test.ts test/network/network.test.ts)
only=()
if [[ ${1:-} == --short ]]; then
  shift
  tests=(test/backend/native.test.ts test/backend/background.test.ts test/program)
  only=(-t 'does in|refuses|ends after|gives the same bits|at once')
fi
[[ $# -eq 0 ]] || tests=("$@")
[[ -z ${DESCENT_MNIST:-} && -d ../shared/data/mnist ]] && export DESCENT_MNIST=$PWD/../shared/data/mnist
levels=${LEVELS:-$(node -e "console.log(require('./build/Release/descent.node').describe().levels.join(' '))")}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"
cp -r dist "$copy/dist"
ln -s "$(readlink -f node_modules)" "$copy/node_modules"
cd "$copy"
export DESCENT_EXPECT_NATIVE=1

# Builds the addon with the given sanitizers, and puts it where the loader looks for it.
build() {
  npx --no-install cmake-js compile -O "build-$1" -D "--CDDESCENT_SANITIZE=$1" >build.log 2>&1 || { tail -30 build.log; exit 1; }
  mkdir -p build/Release
  cp "build-$1/Debug/descent.node" build/Release/
  node -e '
    const { createHash } = require("node:crypto")
    const { readFileSync, writeFileSync } = require("node:fs")
    const file = readFileSync("build/Release/descent.node")
    const sha256 = createHash("sha256").update(file).digest("hex")
    writeFileSync("build/Release/descent.json", JSON.stringify({ size: file.length, sha256 }))
  '
}

# Leaks are not checked: Node itself exits without freeing all memory. Where an allocation is too large, V8 and the tests expect
# a null pointer, as without the sanitizer.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:allocator_may_return_null=1:report_signal_unsafe=0:ignore_noninstrumented_modules=1
failed=0
for sanitizers in ${SANITIZERS:-address,undefined thread}; do
  build "$sanitizers"
  preload=''
  for name in ${sanitizers//,/ }; do
    case $name in address) library=asan ;; undefined) library=ubsan ;; thread) library=tsan ;; esac
    preload+=" $(gcc -print-file-name=lib$library.so)"
  done
  for level in $levels; do
    echo "$sanitizers, $level:"
    # A sanitizer makes the tests up to twenty times slower, so they get more time.
    if LD_PRELOAD=$preload DESCENT_VECTORS=$level \
      node node_modules/vitest/vitest.mjs run --maxWorkers 1 --testTimeout 1200000 "${tests[@]}" "${only[@]}" >run.log 2>&1; then
      grep -E '^ *(Test Files|Tests) ' <(sed 's/\x1b\[[0-9;]*m//g' run.log)
    else
      failed=1
      cat run.log
    fi
  done
done
exit $failed
