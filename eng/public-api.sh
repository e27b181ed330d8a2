#!/usr/bin/env bash
# Writes down the public API of the shipped libraries anew, in the PublicAPI.Unshipped.txt beside each project.
#
#   eng/public-api.sh
#
# A build fails with RS0016 or RS0017 where the API is another than these files say, so that each change of it is seen: run this, and look at
# the difference. What a release has shipped belongs into PublicAPI.Shipped.txt and stays there.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
source "$repository/eng/tools.sh"
[[ ${1:-} != --help ]] || { help "$0"; exit; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for project in MoECompiler MoECompiler.Gpu MoECompiler.Agents; do
    file=$repository/src/$project/PublicAPI.Unshipped.txt
    header='#nullable enable'
    printf '%s\n' "$header" > "$file"
    # Every part that the files do not name is a warning that spells it out.
    dotnet build "$repository/src/$project" -c Release --no-incremental -p:TreatWarningsAsErrors=false > "$log" || { cat "$log"; exit 1; }
    { printf '%s\n' "$header"; sed -nE "s/.*warning RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" "$log" | LC_ALL=C sort -u; } > "$file"
    printf '%s: %s lines\n' "${file#"$repository/"}" "$(wc -l < "$file")"
done
