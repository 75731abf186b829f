# shellcheck shell=sh
# Usage: . "$(dirname "$0")/bootstrap.sh"      in a script of this folder
#
# Goes to the root of the clone and makes it runnable, on a machine with Bun or with only Node and npm: afterwards
# `bun` is on PATH and the packages of bun.lock are installed. Says what it does while it does something, and nothing
# when all is there.
#
# Gives besides: say, fail, and need_command COMMAND PACKAGE, which installs a Debian package that is missing.

BUN_WANTED=1.4.5

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# Whether the Bun at $1 starts and is new enough.
bun_is_usable() {
  bun_version=$("$1" --version 2>/dev/null) || return 1
  lowest=$(printf '%s\n%s\n' "$BUN_WANTED" "${bun_version%%-*}" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)
  [ "$lowest" = "$BUN_WANTED" ]
}

# Whether it really runs here: a build for newer processors may start, and stop at an instruction this one lacks.
bun_works() {
  bun_is_usable "$1" && [ "$("$1" -e 'console.log([..."bun"].map((c) => c.codePointAt(0) * 1.5).join())' 2>/dev/null)" = 147,175.5,165 ]
}

# Prints the path of a Bun that works below the directory $1. The package's install script, which would put the right
# program into place, is not run (npm may refuse to): the programs are in packages of their own, one for each kind of
# processor, the one for processors without AVX2 called "baseline".
find_bun_below() {
  for candidate in \
    "$1"/node_modules/@oven/bun-*[!e]/bin/bun \
    "$1"/node_modules/@oven/bun-*-baseline/bin/bun \
    "$1"/node_modules/bun/bin/bun.exe; do
    if [ -x "$candidate" ] && bun_works "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}

# Fetches the package `bun` into the directory $1 with the package manager there is.
fetch_bun() {
  # Of two scripts that fetch at once, each has a directory of its own, and the first to finish is taken.
  fetching="$1.$$"
  mkdir -p "$fetching"
  printf '{"name":"homepot-bun","private":true}\n' >"$fetching/package.json"
  if command -v npm >/dev/null 2>&1; then
    say "installing Bun $BUN_WANTED with npm into .cache/ (about 40 MB, once)"
    (cd "$fetching" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error "bun@$BUN_WANTED" >&2)
  else
    say "installing Bun $BUN_WANTED into .cache/ with the older Bun there is"
    (cd "$fetching" && bun add --exact "bun@$BUN_WANTED" >&2)
  fi || fail "bun@$BUN_WANTED could not be installed; is the npm registry reachable?"
  if [ -e "$1" ]; then rm -rf "$fetching"; else mv "$fetching" "$1"; fi
}

provide_bun() {
  if command -v bun >/dev/null 2>&1 && bun_is_usable bun; then return; fi
  if ! { [ -x .cache/bin/bun ] && bun_is_usable .cache/bin/bun; }; then
    command -v bun >/dev/null 2>&1 || command -v npm >/dev/null 2>&1 ||
      fail "neither Bun (at least $BUN_WANTED) nor npm was found. Install one of them: https://bun.com, or Node.js with npm"
    kept="$PWD/.cache/bun-$BUN_WANTED"
    if ! program=$(find_bun_below "$kept"); then
      # What an attempt left that was interrupted would stand in the way.
      rm -rf "$kept"
      fetch_bun "$kept"
      program=$(find_bun_below "$kept") || fail "the installed Bun does not run on this machine ($(uname -sm))"
    fi
    mkdir -p .cache/bin
    ln -sf "$program" .cache/bin/bun
    ln -sf "$program" .cache/bin/bunx
  fi
  PATH="$PWD/.cache/bin:$PATH"
  export PATH
}

# Installs the packages when the list of them has changed since the last time.
install_packages() {
  stamp=node_modules/.homepot-lock
  if [ -f "$stamp" ] && cmp -s bun.lock "$stamp"; then return; fi
  say "installing packages"
  if ! output=$(bun install --frozen-lockfile 2>&1); then
    say "$output"
    fail "the packages could not be installed; is the npm registry reachable?"
  fi
  cp bun.lock "$stamp"
}

# Installs the Debian package that has a command: `need_command mosquitto_pub mosquitto-clients`.
need_command() {
  if command -v "$1" >/dev/null 2>&1; then return; fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    fail "$1 is needed and not installed; on Debian: apt-get install $2"
  fi
  say "installing $2 from Debian's packages"
  # The lists of packages may be missing or old; they are fetched only where it does not go without.
  if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null 2>&1; then return; fi
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null ||
    fail "$2 could not be installed"
}

# A script deeper than this folder says where the root is from it.
cd "$(dirname "$0")/${BELOW_ROOT:-..}" || exit 1
provide_bun
install_packages
