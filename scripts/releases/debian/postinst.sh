#!/bin/sh
set -e

case "$1" in
  configure | abort-upgrade | abort-deconfigure | abort-remove)
    systemd-sysusers @NAME@.conf
    systemd-tmpfiles --create @NAME@.conf || true
    # A service that an administrator has disabled stays so.
    deb-systemd-helper unmask @NAME@.service >/dev/null || true
    if deb-systemd-helper --quiet was-enabled @NAME@.service; then
      deb-systemd-helper enable @NAME@.service >/dev/null || true
    else
      deb-systemd-helper update-state @NAME@.service >/dev/null || true
    fi
    if [ -d /run/systemd/system ]; then
      systemctl --system daemon-reload >/dev/null || true
      if [ -n "$2" ]; then action=restart; else action=start; fi
      deb-systemd-invoke "$action" @NAME@.service >/dev/null || true
    fi
    ;;
esac
