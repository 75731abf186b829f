# shellcheck shell=sh
# Sourced by every script: goes to the root of the clone, finds or installs Bun, installs the packages.
# Afterwards `bun` is on PATH. Needs Bun 1.4.5 or newer, or Node with npm to install it into .cache/.

BUN_VERSION=1.4.5

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# Whether the Bun at "$1" runs here and is new enough.
bun_is_usable() {
  have=$("$1" --version 2>/dev/null) || return 1
  lowest=$(printf '%s\n%s\n' "$BUN_VERSION" "$have" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)
  [ "$lowest" = "$BUN_VERSION" ]
}

# npm may leave a package's install script unrun; the real program is in a package of its own for each machine.
bun_from_npm() {
  say "installing Bun $BUN_VERSION from npm into .cache/bun"
  mkdir -p .cache/bun
  npm install --prefix .cache/bun --no-save --no-audit --no-fund --loglevel=error "bun@$BUN_VERSION" >&2 ||
    fail "npm could not install bun@$BUN_VERSION; is the npm registry reachable?"
}

find_bun() {
  if command -v bun >/dev/null 2>&1 && bun_is_usable bun; then
    return
  fi
  for attempt in kept installed; do
    for candidate in .cache/bun/node_modules/@oven/bun-*/bin/bun; do
      if [ -x "$candidate" ] && bun_is_usable "$candidate"; then
        mkdir -p .cache/bin
        ln -sf "$PWD/$candidate" .cache/bin/bun
        ln -sf "$PWD/$candidate" .cache/bin/bunx
        PATH="$PWD/.cache/bin:$PATH"
        export PATH
        return
      fi
    done
    [ "$attempt" = installed ] && fail "the installed Bun does not run on this machine"
    command -v npm >/dev/null 2>&1 || fail "neither Bun $BUN_VERSION nor npm was found; install one of them"
    bun_from_npm
  done
}

# Installs the packages when the lockfile has changed since the last time.
install_packages() {
  stamp=node_modules/.homepot-lock
  if [ -f "$stamp" ] && cmp -s bun.lock "$stamp"; then
    return
  fi
  say "installing packages"
  bun install --frozen-lockfile >&2 || fail "the packages could not be installed; is the npm registry reachable?"
  cp bun.lock "$stamp"
}

# Installs Debian packages that provide the commands named: `need_command mosquitto_pub mosquitto-clients`.
need_command() {
  command -v "$1" >/dev/null 2>&1 && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 ||
    fail "$1 is needed and not installed; on Debian: apt-get install $2"
  say "installing $2 from Debian's packages"
  if [ -z "${APT_UPDATED:-}" ]; then
    apt-get update -qq >&2
    APT_UPDATED=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null ||
    fail "$2 could not be installed"
}

cd "$(dirname "$0")/.." || exit 1
find_bun
install_packages
