#!/bin/sh
# Installs from Debian or Ubuntu what the whole test suite needs of the system, beside Node and git:
# libraries of the packaged Chromium, a Secret Service for the keychain tests, and networks and trusted certificates of
# their own for browsers. Run as root, or with sudo at hand.
set -eu

packages='ca-certificates libnss3 libnspr4 libexpat1 dbus gnome-keyring libsecret-1-0 libsecret-tools
  iproute2 libnss3-tools'

missing=''
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo 'Everything that the tests need of the system is installed.'
  exit 0
fi

as_root=''
[ "$(id -u)" -eq 0 ] || as_root='sudo'
export DEBIAN_FRONTEND=noninteractive
echo "Installing:$missing"
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list of words
$as_root apt-get install -q -y --no-install-recommends $missing
