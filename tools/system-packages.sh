#!/bin/sh
# Install the programs that some tests look with: a browser, fonts, what sets a PDF, a RELAX NG
# checker, mail servers, and (from npm, into .venv/node) the Nu HTML checker and axe-core.
#
# Quick when all is there. Starts no service and asks nothing. Where it may not install, it says
# what is missing in .venv/missing-programs.txt; the tests that need it are skipped, and the run
# ends with that text. Always exits 0: whether a skipped test is a failure is not decided here.
set -u
cd "$(dirname "$0")/.." || exit
report=.venv/missing-programs.txt
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.conf
forbidden=
mkdir -p .venv
rm -f $report

installed() {
    case $1 in
    # Whatever provides the program will do.
    default-jre-headless) command -v java ;;
    npm) command -v npm ;;
    postgresql) ls /usr/lib/postgresql/*/bin/postgres ;;
    *) dpkg-query -W -f '${db:Status-Status}\n' "$1" | grep -x installed ;;
    esac >/dev/null 2>&1
}

# libatomic1: the node that Playwright brings needs it.
missing() {
    for package in chromium libatomic1 fonts-noto-cjk fonts-noto-color-emoji \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 jing default-jre-headless npm \
        postfix opendkim opendkim-tools dovecot-imapd dovecot-lmtpd \
        caddy nginx docker-compose postgresql; do
        installed $package || printf '%s ' $package
    done
}

# Debian starts a service as soon as it is installed, unless policy-rc.d says no.
forbid_services() {
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
        forbidden=yes
    fi
}

# Debian makes a cluster `main` as soon as the server is installed, which starts with the machine;
# the tests make their own.
forbid_cluster() {
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 postgresql-common
    if [ -e $cluster ] && [ ! -e $cluster.before ]; then
        cp -p $cluster $cluster.before
        echo 'create_main_cluster = false' >>$cluster
    fi
}

# All settings are as they were.
tidy() {
    test -z "$forbidden" || rm -f "$policy"
    forbidden=
    test ! -e "$cluster.before" || mv "$cluster.before" "$cluster"
}

packages=$(missing)
if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing $packages"
    export DEBIAN_FRONTEND=noninteractive
    trap tidy EXIT
    trap 'exit 1' INT TERM HUP
    forbid_services
    # Postfix asks what kind of mail server this machine is to be: none.
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    # shellcheck disable=SC2086 # the packages are words
    {
        apt-get update -qq
        case $packages in *postgresql*) forbid_cluster ;; esac
        apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 $packages
    } </dev/null >.venv/apt.log 2>&1 || tail -n 20 .venv/apt.log
    tidy
    packages=$(missing)
fi
if [ -n "$packages" ]; then
    {
        echo "Not installed, so the tests that need them were skipped: $packages"
        echo "On Debian or Ubuntu: sudo apt-get install --no-install-recommends $packages"
    } >>$report
fi

# .venv/node/node_modules holds just what the lock says; npm checks each package's hash.
node=.venv/node
wanted=tests/integration/node
if command -v npm >/dev/null && ! cmp -s $wanted/package-lock.json $node/installed.json; then
    echo "setup: installing $wanted/package.json into $node"
    rm -rf $node
    mkdir -p $node
    cp $wanted/package.json $wanted/package-lock.json $node/
    npm ci --prefix $node --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >/dev/null &&
        cp $wanted/package-lock.json $node/installed.json
fi
if [ ! -e $node/installed.json ]; then
    echo "Not installed, so the tests that need them were skipped: vnu-jar axe-core (npm)" >>$report
fi
exit 0
