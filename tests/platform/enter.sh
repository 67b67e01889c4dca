# Becomes a function that runs as the platform runs it.
#
#   enter.sh ROOT CODE USER CGROUP
#
# It is process 1 of a namespace of processes, with mounts of its own: these end with it, so nothing
# is left to be unmounted. CODE is /code, which as the root cannot be written to; /tmp can. CGROUP may
# be empty.
set -eu
root=$1 code=$2 user=$3 cgroup=$4

# 0 is the process that writes it.
[ -z "$cgroup" ] || echo 0 >"$cgroup/cgroup.procs"

mount --bind "$root" "$root"
mount --bind "$code" "$root/code"
mount -o remount,bind,ro "$root/code"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
[ ! -d "$root/proc" ] || mount -t proc proc "$root/proc"
mount -o remount,bind,ro "$root"

[ "$user" = 0 ] && as= || as="--setgid=$user --setuid=$user"
# What the shell and its search path need is none of the function's environment.
unshare=$(command -v unshare)
# shellcheck disable=SC2086
exec env -u PATH -u PWD -u OLDPWD -u SHLVL -u _ \
    "$unshare" --root="$root" --wd=/code $as -- /code/bootstrap
