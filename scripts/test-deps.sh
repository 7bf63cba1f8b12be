#!/bin/sh
# Install the programs that tests run against: nginx, Apache, Chromium, OpenSSL, zstd. Only as root with apt, never by sudo;
# elsewhere it says what is missing and succeeds, and the tests concerned are skipped with that reason.
set -eu
PATH=$PATH:/usr/sbin:/sbin

missing() {
    for pair in nginx:nginx apache2:apache2 chromium:chromium openssl:openssl zstd:zstd; do
        command -v "${pair%%:*}" >/dev/null || printf '%s ' "${pair#*:}"
    done
}

install() {
    # Package scripts must not start the servers: the tests start their own, on ports of their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        trap 'rm -f $policy' EXIT
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update || echo "apt cannot update its lists" >&2
    for package in "$@"; do
        apt-get -qq install --yes --no-install-recommends "$package" >/dev/null || echo "apt has no $package" >&2
    done
}

wanted=$(missing)
if [ -n "$wanted" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086 -- a list of package names
    install $wanted
    wanted=$(missing)
fi
if [ -n "$wanted" ]; then
    echo "not installed: $wanted(their tests will be skipped; as root: apt-get install $wanted)" >&2
else
    echo "test programs: nginx, apache2, chromium, openssl and zstd are installed"
fi
