#!/bin/sh
# Makes the file system of an image: a program, what it needs of this Debian to run, and nothing else: no shell, no
# package manager. The last stage of the Containerfile copies it, and so does who builds without a registry.
#
# usage: containers/root.sh NAME PROGRAM FOLDER
#        NAME       homepot-cloud or homepot-edge
#        PROGRAM    the compiled program
#        FOLDER     FOLDER/root becomes the image's root, FOLDER/data its /var/lib with the directory of the data;
#                   what was there goes
set -eu
name=$1
program=$2
root=$3/root
data=$3/data
# Of no account on the host; the number that other images without a shell have for "nobody in particular".
account=65532

rm -rf "$root" "$data"
mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/var/lib/dpkg/status.d" "$data"
# Where engines mount what is not of the image.
mkdir "$root/tmp" "$root/proc" "$root/sys" "$root/dev"
chmod 1777 "$root/tmp"
mkdir -m 0700 "$data/$name"
chown "$account:$account" "$data/$name"
install -m 0755 "$program" "$root/usr/bin/$name"

# The loader and the libraries, where the program looks for them.
ldd "$program" | sed -n 's|^.*[[:space:]]\(/[^ ]*\) (0x[0-9a-f]*)$|\1|p' | while read -r library; do
  install -D -m 0755 "$(readlink -f "$library")" "$root$library"
done
ls "$root"/lib*/ld-linux-* >/dev/null 2>&1 || { echo "the loader of $program was not found: is this a Debian?" >&2; exit 1; }

# The authorities of the web, for certificates of others: mail servers, push platforms, the cloud of a gateway.
install -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo "hosts: files dns" >"$root/etc/nsswitch.conf"
echo "homepot:x:$account:$account:HOMEPOT:/var/lib/$name:/usr/sbin/nologin" >"$root/etc/passwd"
echo "homepot:x:$account:" >"$root/etc/group"

# Scanners look here for what is in an image and how old it is.
install -m 0644 "$(readlink -f /etc/os-release)" "$root/etc/os-release"
for package in libc6 ca-certificates; do
  dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/$package"
  install -D -m 0644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
done
install -D -m 0644 "$(dirname "$0")/../LICENSE" "$root/usr/share/doc/$name/copyright"

# Two images of the same files are the same.
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
  find "$root" "$data" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
fi
