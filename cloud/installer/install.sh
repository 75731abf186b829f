#!/bin/sh
# Makes this machine the HOMEPOT gateway of its site: brings the program, checks it, installs it as a service, enrols it,
# and says what works and what does not. Run again it repairs.
#
# usage: curl -fsSL https://CLOUD/install.sh | sudo sh -s -- [CODE]
#        sudo sh install.sh --from DIR [--cloud URL CODE]      from a stick, without a network
#
#        CODE           claim code of the dashboard (Gateways, Add gateway). Without it the gateway serves its site alone,
#                       or goes on as the one it is
#        --cloud URL    address of the cloud, when this script did not come from it
#        --from DIR     take the release from a folder, as ./scripts/release makes it, instead of the cloud
#        --key HEX      SHA-256 of the release key, for who has it from whoever makes the releases
#        --proxy URL    HTTP proxy on the way to the cloud, such as http://proxy.example:3128
#        --dry-run      look at everything, say what would be done, and do nothing
set -u

# The cloud that hands this script out writes its own address here.
CLOUD=''
PINNED_KEY=/usr/lib/homepot-edge/release-key.pem
KEPT=/var/cache/homepot-edge
# The program, once where it is brought to and once where it is installed, and one more for updates.
NEEDED_MIB=400
TRIES=3

code='' from='' proxy='' wanted_key='' dry=false

main() {
  read_arguments "$@"
  look_at_machine
  if [ -z "$from" ] && [ -z "$CLOUD" ]; then
    fail "It is not said where the program comes from." \
      "Take the command from the dashboard (Gateways, Add gateway), or name a folder with --from DIR."
  fi
  open_workplace
  bring_release
  check_release
  install_gateway
}

say() { printf '%s\n' "$*"; }

# What happened, and what to do about it.
fail() {
  printf '\nThe gateway was not installed: %s\n' "$1" >&2
  shift
  for line; do printf '  -> %s\n' "$line" >&2; done
  exit 1
}

wrong_usage() {
  printf '%s\n' "$1" 'sh install.sh --help says what there is.' >&2
  exit 2
}

usage() {
  cat <<'END'
usage: curl -fsSL https://CLOUD/install.sh | sudo sh -s -- [CODE] [--proxy URL] [--key HEX] [--dry-run]
       sudo sh install.sh --from DIR [--cloud URL CODE] [--key HEX] [--dry-run]

CODE           claim code of the dashboard (Gateways, Add gateway); without it the gateway serves its site alone, or
               goes on as the one it is
--cloud URL    address of the cloud, when this script did not come from it
--from DIR     take the release from a folder, such as a stick, instead of the cloud
--key HEX      SHA-256 of the release key, for who has it from whoever makes the releases
--proxy URL    HTTP proxy on the way to the cloud, such as http://proxy.example:3128
--dry-run      look at everything, say what would be done, and do nothing
END
}

read_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --cloud | --from | --key | --proxy)
        [ $# -ge 2 ] || wrong_usage "$1 needs a value."
        case $1 in
          --cloud) CLOUD=${2%/} ;;
          --from) from=${2%/} ;;
          --key) wanted_key=$(printf '%s' "$2" | tr 'A-F' 'a-f' | tr -d ': ') ;;
          --proxy) proxy=$2 ;;
        esac
        shift
        ;;
      --dry-run) dry=true ;;
      -h | --help)
        usage
        exit 0
        ;;
      -*) wrong_usage "There is no option $1." ;;
      *)
        [ -z "$code" ] || wrong_usage "There are two codes: $code and $1."
        code=$1
        ;;
    esac
    shift
  done
  if [ -n "$code" ] && ! printf '%s' "$code" | grep -Eq '^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$'; then
    fail "$code is not a claim code." "They look like 7KQF-2M9D. Copy it from the dashboard: Gateways, Add gateway."
  fi
  if [ -n "$code" ] && [ -z "$CLOUD" ]; then
    fail "It is not said which cloud the code is of." "Name it: --cloud https://homepot.example"
  fi
  if [ -n "$proxy" ]; then
    https_proxy=$proxy http_proxy=$proxy
    export https_proxy http_proxy
  fi
}

# Everything that can be known before anything is done.
look_at_machine() {
  [ "$(uname -s)" = Linux ] || fail "This is $(uname -s), and the gateway runs on Linux." "Use a Linux machine (x64 or arm64)."
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) platform=linux-x64 loader=/lib64/ld-linux-x86-64.so.2 ;;
    aarch64 | arm64) platform=linux-arm64 loader=/lib/ld-linux-aarch64.so.1 ;;
    *)
      fail "There is no program for this processor ($machine)." \
        "It has to be x64 or arm64. A Raspberry Pi from the third on is, with a system of 64 bits."
      ;;
  esac
  if [ ! -e "$loader" ]; then
    fail "This system has no $loader: it is of 32 bits, or without the GNU C library." \
      "Install a system of 64 bits such as Debian, Ubuntu or Raspberry Pi OS (64-bit)."
  fi
  for tool in sha256sum awk grep sed df mktemp; do
    command -v "$tool" >/dev/null 2>&1 || fail "The command $tool is missing." "On Debian: apt-get install coreutils mawk grep sed"
  done
  if [ -z "$from" ] && ! command -v curl >/dev/null 2>&1 && ! command -v wget >/dev/null 2>&1; then
    fail "There is neither curl nor wget here." "On Debian: apt-get install curl ca-certificates"
  fi
  if [ "$(id -u)" != 0 ] && ! $dry; then
    fail "This changes the system, and you are not root." "Run it with sudo; --dry-run shows what it would do, without."
  fi
  if [ ! -d /run/systemd/system ]; then
    fail "This machine does not run systemd, which starts the gateway and watches over it." \
      "Use a system with systemd; or start the program by whatever starts programs here: homepot-edge run (docs/gateway.md)."
  fi
  for place in /usr /var; do
    free=$(df -Pk "$place" | awk 'NR == 2 { print int($4 / 1024) }')
    if [ "${free:-0}" -lt "$NEEDED_MIB" ]; then
      fail "There are only $free MiB free on the disk of $place." "It takes $NEEDED_MIB MiB. Free some space (apt-get clean), and run this again."
    fi
  done
}

# Where things are brought to. What is left there is gone on with the next time. Not /tmp: programs may not be allowed to
# run there.
open_workplace() {
  if $dry; then
    work=$(mktemp -d) || fail "There is no room for a temporary folder." "Free some space, and run this again."
    trap 'rm -rf "$work"' EXIT
    return
  fi
  work=$KEPT
  (umask 022 && mkdir -p "$work") || fail "$work cannot be made." "See what mkdir says above: the disk may be read-only or full."
}

# ---- bringing it

# Downloads $1 to the file $2; goes on where an earlier attempt ended. Sets `fetched`: ok, or the reason why not.
fetch() {
  if command -v curl >/dev/null 2>&1; then
    status=$(curl -sSL --connect-timeout 20 --speed-limit 1000 --speed-time 60 -C - -o "$2" -w '%{http_code}' "$1" 2>"$2.said")
    case $? in
      0) fetched=ok ;;
      5 | 6) fetched=name ;;
      7) fetched=refused ;;
      28) fetched=slow ;;
      35 | 51 | 60 | 77 | 83 | 91) fetched=certificate ;;
      23) fetched=full ;;
      *) fetched=broken ;;
    esac
    case $fetched:$status in
      ok:200 | ok:206) ;;
      ok:*) fetched=status ;;
    esac
  else
    wget -q -c --timeout=30 --tries=1 -O "$2" "$1" 2>"$2.said"
    case $? in
      0) fetched=ok ;;
      3) fetched=full ;;
      4) fetched=refused ;;
      5) fetched=certificate ;;
      8) fetched=status status=error ;;
      *) fetched=broken ;;
    esac
  fi
  said=$(sed -n 1p "$2.said" 2>/dev/null)
  rm -f "$2.said"
  # A page that tells of an error is no part of what was asked for.
  [ "$fetched" != status ] || rm -f "$2"
}

# Says why $1 could not be downloaded, and ends.
cannot_fetch() {
  host=$(printf '%s' "$CLOUD" | sed 's,^[a-z]*://,,; s,[/:].*,,')
  case $fetched in
    name)
      fail "No name server knows $host, or none can be reached." \
        "Check the cable or the WLAN, and the cloud's address. Without a network, install from a stick: --from DIR"
      ;;
    refused | slow)
      fail "The cloud cannot be reached at $CLOUD. ($said)" \
        "Check the site's line, and that its firewall lets this machine out. Where a proxy is needed: --proxy URL" \
        "Without a network, install from a stick: --from DIR"
      ;;
    certificate) wrong_certificate "$host" ;;
    full) fail "The disk of $KEPT is full." "Free some space, and run this again: it goes on where it was." ;;
    status)
      if [ "$status" = 404 ]; then
        fail "The cloud has no release to hand out ($1)." \
          "Whoever runs the cloud puts one there: ./scripts/release, into its folder releases. Or install from a stick: --from DIR"
      fi
      fail "The cloud answered with status $status to $1." \
        "Try again in a minute. Something else may answer in its place, such as a network that wants a log-in in a browser first."
      ;;
    *) fail "The download of $1 broke off $TRIES times. ($said)" "Run this again: it goes on where it was." ;;
  esac
}

# A certificate does not count at another time than its own: the clock is looked at first.
wrong_certificate() {
  theirs=''
  if command -v curl >/dev/null 2>&1; then
    # Nothing is taken from there but the time, which no decision hangs on.
    theirs=$(curl -ksS --connect-timeout 20 -o /dev/null -D - "$CLOUD/healthz" 2>/dev/null | sed -n 's/^[Dd]ate: *//p' | tr -d '\r')
  fi
  if [ -n "$theirs" ] && then_seconds=$(date -d "$theirs" +%s 2>/dev/null); then
    off=$(($(date +%s) - then_seconds))
    if [ "${off#-}" -gt 86400 ]; then
      fail "The clock of this machine is wrong: it says $(date -u '+%Y-%m-%d %H:%M') UTC, and the cloud says $theirs." \
        "Set it: timedatectl set-ntp true, or timedatectl set-time 'YYYY-MM-DD hh:mm:ss'. Then run this again."
    fi
  fi
  fail "The certificate of $1 does not count here. ($said)" \
    "On Debian: apt-get install ca-certificates. Check the date of this machine (date)." \
    "Where a company has an authority of its own, its certificate (PEM, its name ends in .crt) belongs into /usr/local/share/ca-certificates; then run update-ca-certificates, and this again."
}

# Downloads, a few times if need be.
must_fetch() {
  try=1
  while :; do
    fetch "$1" "$2"
    [ "$fetched" != ok ] || return 0
    if [ "$fetched" != broken ] && [ "$fetched" != slow ] || [ "$try" -ge "$TRIES" ]; then cannot_fetch "$1"; fi
    say "the download broke off; going on with it"
    try=$((try + 1))
    sleep "$try"
  done
}

# Afterwards $release is a folder with the release, $program the file in it for this machine, $size and $sha256 its own.
bring_release() {
  if [ -n "$from" ]; then
    release=$from
    for file in release.json release.json.sig release-key.pem; do
      [ -r "$release/$file" ] || fail "$release/$file is not there." "Copy the whole folder that ./scripts/release makes (dist/release)."
    done
    read_manifest
    [ -r "$release/$program" ] || fail "$release has no program for this machine ($program)." "Copy the whole folder that ./scripts/release makes."
    say "the release is in $release: $version, for $platform"
    return
  fi
  release=$work
  for file in release.json release.json.sig release-key.pem; do
    rm -f "$release/$file"
    must_fetch "$CLOUD/releases/latest/$file" "$release/$file"
  done
  read_manifest
  if $dry; then
    say "would download $program of release $version ($((size / 1000000)) MB) from $CLOUD"
    return
  fi
  if [ "$(size_of "$release/$program")" -ne "$size" ]; then
    [ "$(size_of "$release/$program")" -lt "$size" ] || rm -f "$release/$program"
    say "downloading $program of release $version ($((size / 1000000)) MB) from $CLOUD"
    must_fetch "$CLOUD/releases/$sequence/$program" "$release/$program"
  fi
}

size_of() {
  if [ -f "$1" ]; then wc -c <"$1"; else echo 0; fi
}

# A value of the manifest: of the entry of $program, or of its top when that is not set. No value has a comma or a brace.
manifest_value() {
  # shellcheck disable=SC2020 # each of the three, which is what tr does
  tr '{},' '\n\n\n' <"$release/release.json" | awk -v wanted="$program" -v field="$1" '
    { key = $0; sub(/^[^"]*"/, "", key); sub(/".*/, "", key)
      value = $0; sub(/^[^:]*:[ \t]*"?/, "", value); sub(/"?[] \t\r]*$/, "", value) }
    key == "program" { here = 0 }
    key == "file" { here = (value == wanted) }
    key == field && (here || wanted == "") { print value; exit }'
}

read_manifest() {
  program=''
  version=$(manifest_value version)
  sequence=$(manifest_value sequence)
  program=homepot-edge-$platform
  size=$(manifest_value sizeBytes)
  sha256=$(manifest_value sha256)
  if [ -z "$version" ] || [ -z "$sequence" ]; then
    fail "$release/release.json cannot be read." "It may have been cut short: copy or download it again."
  fi
  if [ -z "$size" ] || [ -z "$sha256" ]; then
    fail "Release $version has no program for this machine ($platform)." "Whoever makes the releases builds it: ./scripts/release"
  fi
}

# ---- checking it

check_release() {
  if [ -n "$wanted_key" ] && [ "$(fingerprint "$release/release-key.pem")" != "$wanted_key" ]; then
    fail "The release is signed by another key than the one you named ($(fingerprint "$release/release-key.pem"))." \
      "Nothing of it was run. Ask whoever makes the releases."
  fi
  key=$release/release-key.pem
  if [ -r "$PINNED_KEY" ]; then
    key=$PINNED_KEY
    if [ "$(fingerprint "$key")" != "$(fingerprint "$release/release-key.pem")" ]; then
      fail "The release is signed by another key than the one this gateway was installed with." \
        "Nothing of it was run. When the key has really changed, remove $PINNED_KEY, and run this again."
    fi
  fi
  if $dry && [ -z "$from" ]; then
    check_signature ''
    say "would check the program's hash: $sha256"
    return
  fi
  if [ "$(sha256sum <"$release/$program" | cut -d ' ' -f 1)" != "$sha256" ]; then
    [ -n "$from" ] || rm -f "$release/$program"
    fail "The program is not what the release says (its hash differs)." \
      "It was cut short or changed on the way, and was not run. Copy or download it again."
  fi
  check_signature "$release/$program"
}

# SHA-256 of a public key in its binary form.
fingerprint() { sed '/-----/d' "$1" | base64 -d 2>/dev/null | sha256sum | cut -d ' ' -f 1; }

# By openssl; where there is none, by the gateway that is installed; else by the program itself, whose hash is in the
# manifest that was fetched with it: then the line to the cloud is what is trusted, and this says so.
check_signature() {
  installed=''
  for candidate in /usr/lib/homepot-edge/homepot-edge /usr/bin/homepot-edge; do
    if [ -z "$installed" ] && [ -x "$candidate" ]; then installed=$candidate; fi
  done
  if can_verify; then
    by=openssl
    base64 -d <"$release/release.json.sig" >"$work/signature" 2>/dev/null
    openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$release/release.json" -sigfile "$work/signature" >/dev/null 2>&1
  elif [ -n "$installed" ]; then
    by='the installed gateway'
    "$installed" verify-release "$release" --key "$key" >/dev/null 2>&1
  elif [ -n "$wanted_key" ] && [ -n "$1" ]; then
    fail "There is no openssl here to check the release by the key you named." "On Debian: apt-get install openssl"
  elif [ -n "$1" ]; then
    by='the new program itself, as there is no openssl here'
    own_copy "$1"
    "$work/homepot-edge" verify-release "$release" --key "$key" >/dev/null 2>&1
  else
    say "would check the signature"
    return
  fi || fail "The signature of the release does not hold (checked by $by)." \
    "Nothing was installed. Get the release again from whoever makes it."
  say "the signature of release $version holds (checked by $by; key $(fingerprint "$key" | cut -c 1-16)...)"
}

# Whether openssl is there and knows Ed25519.
can_verify() {
  command -v openssl >/dev/null 2>&1 && openssl genpkey -algorithm ed25519 -out "$work/try.pem" 2>/dev/null
}

# A copy of the program that may be run: a stick may be mounted so that nothing on it may.
own_copy() {
  if ! cp "$1" "$work/homepot-edge" || ! chmod 755 "$work/homepot-edge"; then
    rm -f "$work/homepot-edge"
    fail "The program could not be copied to $work." "The disk may be full (df -h). Free some space, and run this again."
  fi
}

# ---- installing it

install_gateway() {
  set -- install --release-key "$key"
  [ -z "$code" ] || set -- "$@" --cloud "$CLOUD" --claim "$code"
  [ -z "$proxy" ] || set -- "$@" --proxy "$proxy"
  if $dry; then
    say "would run homepot-edge $(printf '%s ' "$@" | sed 's/--claim [^ ]*/--claim .../')"
    say "This was a dry run: nothing was changed."
    return
  fi
  own_copy "$release/$program"
  "$work/homepot-edge" "$@"
  ended=$?
  case $ended in
    0) rm -rf "$work" ;;
    126 | 127) fail "The program does not start on this machine." "Its system may be too old: Debian 12, Ubuntu 22.04 or newer is needed." ;;
  esac
  exit "$ended"
}

# The last line: a download that was cut off does nothing.
main "$@"
