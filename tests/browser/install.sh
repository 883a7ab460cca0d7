#!/bin/sh
# Chromium and its driver for the tests of Neo4j Browser, from Debian's packages. Where they cannot be installed, those
# tests are left out, and the report says so: this script never fails.
if command -v chromedriver > /dev/null && command -v chromium > /dev/null; then
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  echo "Chromium is not installed: apt install chromium chromium-driver" >&2
  exit 0
fi
install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver
}
# The lists of packages may be old, or not there at all.
install > /dev/null 2>&1 || { apt-get update -qq > /dev/null 2>&1 && install > /dev/null; } ||
  echo "Chromium cannot be installed" >&2
exit 0
