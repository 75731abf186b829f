#!/bin/sh
# Starts the gateway's program: the newest version that works on this machine.
#
# Versions that came as updates lie in two slots, a and b, below the data directory; the one that was installed lies
# beside this script's folder, belongs to root and is the last resort. An update is on trial until it has shown that it
# works: a symbolic link `trial` names its slot, and here, not in the program that may be broken, is counted how often it
# has been started. After too many starts the trial is over, and the version before runs. What works takes the trial's
# link for its own: `mv trial current` is one step, and no power cut comes in the middle of it.
set -u
launcher=$(readlink -f "$0")
installed_in=$(dirname "$(dirname "$launcher")")/lib/homepot-edge
installed=$installed_in/homepot-edge
starts_allowed=3

data=${HOMEPOT_EDGE_DATA:-/var/lib/homepot-edge}
before=
for argument; do
  case $before in --data) data=$argument ;; esac
  case $argument in --data=*) data=${argument#--data=} ;; esac
  before=$argument
done
versions=$data/versions

# Root runs no program that somebody else can write: it becomes who owns the data. What changes the system, or reads what
# only root may read (the journal), is done by the installed program.
case ${1:-} in install | upgrade | uninstall | verify-release | logs | support-bundle) exec "$installed" "$@" ;; esac
if [ "$(id -u)" = 0 ] && [ -d "$versions" ]; then
  owner=$(stat -c %U "$versions")
  if [ "$owner" != root ]; then exec runuser -u "$owner" -- "$launcher" "$@"; fi
fi

# What a file has in it, if that is a number; else 0.
number_in() {
  number=0
  if [ -r "$1" ]; then read -r number <"$1" || :; fi
  case $number in '' | *[!0-9]*) number=0 ;; esac
  echo "$number"
}

# The slot a link names, if there is a program in it and nothing newer was installed since.
slot_of() {
  slot=$(readlink "$versions/$1" 2>/dev/null) || return 1
  [ -x "$versions/$slot/homepot-edge" ] || return 1
  [ "$(number_in "$versions/$slot/sequence")" -gt "$(number_in "$installed_in/sequence")" ] || return 1
  echo "$slot"
}

# One more start, on the disk before it happens. Fails when that cannot be written down.
count_start() {
  starts=$(number_in "$versions/starts")
  [ "$starts" -lt "$starts_allowed" ] || return 1
  echo $((starts + 1)) >"$versions/starts.new" && sync "$versions/starts.new" &&
    mv "$versions/starts.new" "$versions/starts" && sync "$versions"
}

end_trial() {
  # A full disk keeps a start from being counted, not a link from being removed.
  [ -e "$versions/starts" ] || : >"$versions/starts" || :
  rm -f "$versions/trial"
  sync "$versions"
}

HOMEPOT_LAUNCHER=$launcher
HOMEPOT_LAUNCHED=installed
program=$installed
if current=$(slot_of current); then
  HOMEPOT_LAUNCHED=$current
  program=$versions/$current/homepot-edge
fi
if [ "${1:-}" = run ] && [ -L "$versions/trial" ]; then
  if trial=$(slot_of trial) && count_start; then
    HOMEPOT_LAUNCHED=trial
    program=$versions/$trial/homepot-edge
  else
    end_trial
  fi
fi
export HOMEPOT_LAUNCHER HOMEPOT_LAUNCHED
exec "$program" "$@"
