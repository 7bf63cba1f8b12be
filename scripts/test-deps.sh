#!/bin/sh
# Install the programs that tests run against: web servers, Chromium, OpenSSL, zstd, and Node with hosts' own parsers.
# Only as root with apt, never by sudo; elsewhere it says what is missing and succeeds, and the tests concerned are
# skipped with that reason.
set -eu
PATH=$PATH:/usr/sbin:/sbin

missing() {
    for pair in nginx:nginx apache2:apache2 caddy:caddy haproxy:haproxy lighttpd:lighttpd chromium:chromium openssl:openssl zstd:zstd node:nodejs npm:npm; do
        command -v "${pair%%:*}" >/dev/null || printf '%s ' "${pair#*:}"
    done
    # Debian packages lighttpd's mod_magnet apart.
    ls /usr/lib*/lighttpd/mod_magnet.so >/dev/null 2>&1 || printf '%s ' lighttpd-modules-lua
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
    echo "test programs: nginx, apache2, caddy, haproxy, lighttpd, chromium, openssl, zstd and node are installed"
fi

# What Netlify, Cloudflare and Vercel read redirects with, and axe-core: 15 MB, exact versions, none of their install
# scripts run.
if command -v npm >/dev/null; then
    mkdir -p build/node
    cp tests/redirects/node/package.json build/node/
    npm install --prefix build/node --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null ||
        echo "npm cannot install the hosts' parsers and axe-core: their tests will be skipped" >&2
fi
