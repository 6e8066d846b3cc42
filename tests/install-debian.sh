#!/bin/sh
# Brings what some tests need beside Python: Prometheus, Alertmanager, a JRE, Maven and a browser.
# With root it installs Debian's packages; without, it says what is missing and why.
set -eu

missing=""
command -v promtool >/dev/null 2>&1 || missing="$missing prometheus"
command -v amtool >/dev/null 2>&1 || missing="$missing prometheus-alertmanager"
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
command -v mvn >/dev/null 2>&1 || missing="$missing maven"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    # The tests start these programs themselves: Debian need not start them as services.
    export RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Some tests will be skipped; to run them: sudo apt-get install$missing" >&2
fi
