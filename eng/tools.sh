# Sourced by the scripts that bring tools which no package of .NET has. Sets `tools`, the folder that keeps them.
tools=${MOE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/moecompiler}

# Prints the comment block at the top of a script, which is its help.
help() { sed -n '2,/^[^#]/{/^#/!q;s/^# \{0,1\}//;p}' "$1"; }

# unavailable WHAT WHY: says in one line what stays unchecked and why, and ends with 77, the exit code of a check that was skipped.
unavailable() {
    printf '%s: NOT CHECKED: %s: %s\n' "$(basename "$0")" "$1" "$2" >&2
    exit 77
}

# fetch URL FILE: fails if the file is not to be had.
fetch() {
    if command -v curl > /dev/null; then curl -fsSL --connect-timeout 20 --retry 3 -o "$2" "$1"; else wget -q --timeout 20 -O "$2" "$1"; fi
}

# Prints the mirror of Debian's main archive: $MOE_DEBIAN_MIRROR, or the first that apt uses and that has the suite $1.
debian_mirror() {
    local site sites=${MOE_DEBIAN_MIRROR:-}
    [[ $sites ]] || sites="$(apt-get indextargets --format '$(SITE)' 2> /dev/null | sort -u) http://deb.debian.org/debian"
    for site in $sites; do
        if fetch "${site%/}/dists/$1/Release" /dev/null 2> /dev/null; then
            printf '%s\n' "${site%/}"
            return
        fi
    done
    return 1
}
