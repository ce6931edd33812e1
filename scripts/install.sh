#!/usr/bin/env bash
# Installs what is missing on a Debian system; says nothing and takes no time when nothing is.
#
#   scripts/install.sh run    to build and run the server
#   scripts/install.sh test   to run every test as well
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

purpose=${1:-run}
oldest_node=20

has() {
    command -v "$1" >/dev/null
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        give_up "Root is needed, and there is no sudo. Run as root:" "$@"
    fi
}

# The folders in which the server looks too; pg_config alone comes with the client library.
has_postgres() {
    local folder
    for folder in "${BANYAN_POSTGRES_BIN:-}" /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null)"; do
        [[ -n $folder && -x $folder/initdb && -x $folder/postgres ]] && return
    done
    has initdb && has postgres
}

has_node() {
    has node && has npm || return
    local version
    version=$(node --version)
    version=${version#v}
    ((${version%%.*} >= oldest_node))
}

has_chromium() {
    has chromium || has chromium-browser || has google-chrome
}

has_chinese_font() {
    compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null
}

updated=
apt_install() {
    has apt-get || give_up "Please install: $*"
    say "Installing $*"
    if [[ -z $updated ]]; then
        as_root apt-get -q update
        updated=yes
    fi
    # Files of configuration that were changed here stay as they are.
    as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
        apt-get -q install -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
}

# Debian's package would make a cluster named main and start it, on a port that may be in use.
# The server makes its own. Clusters that exist are not touched, nor is a decision made earlier.
install_postgres() {
    local config=/etc/postgresql-common/createcluster.conf
    apt_install postgresql-common
    if ! grep -Eqs '^[[:space:]]*create_main_cluster[[:space:]]*=' "$config"; then
        echo 'create_main_cluster = false' | as_root tee -a "$config" >/dev/null
    fi
    apt_install postgresql
}

# Debian's Node, and where that is too old, a newer one beside it that only this project uses.
install_node() {
    local missing=() machine
    has node || missing+=(nodejs)
    has npm || missing+=(npm)
    ((${#missing[@]} == 0)) || apt_install "${missing[@]}"
    if has_node; then
        return
    fi
    case $(uname -m) in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *) give_up "Please install Node $oldest_node or newer; this is $(node --version)." ;;
    esac
    say "Node $(node --version) is too old: installing a newer one below $node_home"
    mkdir -p "$node_home"
    npm install --prefix "$node_home" --no-save --no-audit --no-fund "node-linux-$machine@22"
}

case $purpose in
    run | test) ;;
    *) give_up "usage: scripts/install.sh run|test" ;;
esac

# First, because only a person can help here.
if ! has cargo; then
    say "没有找到 Rust 工具链（cargo）。请先从 https://rustup.rs 安装，然后重试。"
    give_up "The Rust toolchain (cargo) is missing. Install it from https://rustup.rs and try again."
fi

has cc || apt_install build-essential
has_postgres || install_postgres
has_node || install_node

if [[ $purpose == test ]]; then
    packages=()
    has_chromium || packages+=(chromium)
    has_chinese_font || packages+=(fonts-noto-cjk)
    python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
    has curl || packages+=(curl)
    has jq || packages+=(jq)
    ((${#packages[@]} == 0)) || apt_install "${packages[@]}"
fi
