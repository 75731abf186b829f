#!/bin/sh
set -e

if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = remove ] && command -v deb-systemd-helper >/dev/null; then
  deb-systemd-helper mask @NAME@.service >/dev/null || true
fi
if [ "$1" = purge ]; then
  # What was stored goes with the settings; "apt-get remove" keeps both.
  rm -rf /var/lib/@NAME@
  if command -v userdel >/dev/null; then userdel @NAME@ 2>/dev/null || true; fi
  rmdir --ignore-fail-on-non-empty /etc/homepot 2>/dev/null || true
  if command -v deb-systemd-helper >/dev/null; then
    deb-systemd-helper purge @NAME@.service >/dev/null || true
    deb-systemd-helper unmask @NAME@.service >/dev/null || true
  fi
fi
