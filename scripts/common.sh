# shellcheck shell=bash
# What the scripts share. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
# cargo takes a relative folder from where it is called, and we call it from the root.
[[ $target == /* ]] || target=$root/$target
# shellcheck disable=SC2034 # used by those who source this
web=$root/client-examples/web

# rustup writes this folder into profiles that a plain `make` does not read.
if ! command -v cargo >/dev/null && [[ -x $HOME/.cargo/bin/cargo ]]; then
    PATH=$HOME/.cargo/bin:$PATH
fi

# Where install.sh puts a Node of its own when the system's is too old.
node_home=$target/node
for folder in "$node_home"/node_modules/node-linux-*/bin; do
    [[ -x $folder/node ]] && PATH=$folder:$PATH
done
export PATH

say() {
    printf '%s\n' "$*" >&2
}

give_up() {
    say "$@"
    exit 1
}
