#!/usr/bin/env bash
# Packs the packages and uses them as a stranger would: from a local feed, in a fresh project in an empty folder, without a network.
#
#   eng/check-packages.sh [FEED]
#
# A project with MoECompiler alone is built, run, and published with NativeAOT; one with MoECompiler.Gpu alone is built and run on the simulated
# device; the tool is installed and shows both. Any warning is an error. Looks into the packages too: no path of this machine, symbols, licence, and
# the same bytes when they are built again.
# The packages are left in FEED where it is given. Other packages come from the offline cache, so the samples are restored before.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
source "$repository/eng/tools.sh"
[[ ${1:-} != --help ]] || { help "$0"; exit; }

fail() {
    printf 'check-packages.sh: FAILED: %s\n' "$1" >&2
    exit 1
}

# A folder of its own inside the repository, as only paths below the repository are mapped away; a version of its own, so that no package of an
# earlier run can take the place of one of this run.
work=$repository/artifacts/check-packages
version=0.1.0-check.$$
rm -rf "$work"
mkdir -p "$work/inside"
trap 'rm -rf "$work"' EXIT
feed=$work/feed
if [[ ${1:-} ]]; then
    mkdir -p "$1"
    feed=$(cd "$1" && pwd -P)
    rm -f "$feed"/MoECompiler*.nupkg "$feed"/MoECompiler*.snupkg
fi

# Restored for the tool chain of NativeAOT, and for ILGPU, which the projects below refer to.
dotnet restore "$repository/samples/AotHello" --use-current-runtime --artifacts-path "$work/restore" --verbosity quiet
for project in MoECompiler MoECompiler.Gpu MoECompiler.Cli MoECompiler.Agents; do
    dotnet pack "$repository/src/$project" -c Release --artifacts-path "$work/build" -o "$feed" -p:Version=$version -p:ContinuousIntegrationBuild=true --verbosity quiet
done

# The same sources give the same bytes.
find "$work/build/bin" -name 'MoECompiler*.dll' -exec sha256sum {} + > "$work/sums"
dotnet build "$repository/src/MoECompiler.Gpu" -c Release --no-incremental --artifacts-path "$work/build" -p:Version=$version -p:ContinuousIntegrationBuild=true --verbosity quiet
sha256sum --check --quiet "$work/sums" || fail "a second build gives other bytes"

# What is inside.
shopt -s nullglob
packages=("$feed"/*.nupkg)
symbols=("$feed"/*.snupkg)
[[ ${#packages[@]} == 4 && ${#symbols[@]} == 4 ]] || fail "there are ${#packages[@]} packages and ${#symbols[@]} packages of symbols, not 4 and 4"
for package in "${packages[@]}" "${symbols[@]}"; do
    name=$(basename "$package")
    unzip -q "$package" -d "$work/inside/$name"
    if grep -rlF -e "$repository" "$work/inside/$name"; then fail "the files above, of $name, hold a path of this machine"; fi
    [[ $name == *.snupkg ]] || for file in LICENSE README.md; do
        [[ -s $work/inside/$name/$file ]] || fail "$name has no $file"
    done
    printf '%-44s %9s bytes\n' "$name" "$(stat -c %s "$package")"
done
for file in lib/net10.0/MoECompiler.dll lib/net10.0/MoECompiler.xml analyzers/dotnet/cs/MoECompiler.Generators.dll analyzers/dotnet/cs/MoECompiler.CodeFixes.dll; do
    [[ -s $work/inside/MoECompiler.$version.nupkg/$file ]] || fail "MoECompiler has no $file"
done

# From here on a stranger's machine: our packages from the feed alone, all others from the cache, and a cache of their own.
cache=$(dotnet nuget locals global-packages --list | sed -E 's/^global-packages: //; s:/*$::')
stranger=$work/stranger
mkdir -p "$stranger"
export NUGET_PACKAGES=$stranger/packages
cat > "$stranger/nuget.config" << END
<configuration>
  <packageSources>
    <clear />
    <add key="feed" value="$feed" />
    <add key="cache" value="$cache" />
  </packageSources>
  <packageSourceMapping>
    <clear />
    <packageSource key="feed"><package pattern="MoECompiler" /><package pattern="MoECompiler.*" /></packageSource>
    <packageSource key="cache"><package pattern="*" /></packageSource>
  </packageSourceMapping>
</configuration>
END
# Nothing of this repository's own settings reaches what lies in it.
printf '<Project />\n' | tee "$stranger/Directory.Build.props" "$stranger/Directory.Build.targets" > "$stranger/Directory.Packages.props"

# fresh NAME PACKAGE: a console project that refers to the package, with the model and the program of the smallest sample.
fresh() {
    mkdir "$stranger/$1"
    cd "$stranger/$1"
    dotnet new console --verbosity quiet > /dev/null
    dotnet add package "$2" --version $version > "$work/add.txt" || { cat "$work/add.txt"; fail "$2 cannot be added to a project"; }
    cp "$repository"/samples/AotHello/*.cs .
}

echo "A project with MoECompiler:"
fresh Plain MoECompiler
dotnet build -c Release -warnaserror --verbosity quiet
dotnet bin/Release/net10.0/Plain.dll
dotnet publish -c Release -warnaserror --verbosity quiet -p:PublishAot=true -p:IlcInstructionSet=native -o "$work/native"
"$work/native/Plain"
printf 'published with NativeAOT: %s bytes\n' "$(stat -c %s "$work/native/Plain")"

echo "A project with MoECompiler.Gpu:"
fresh Graphics MoECompiler.Gpu
cat > Program.cs << 'END'
using AotHello;
using MoECompiler;

using SimulatedDevice device = new();
using TinyMixture model = new(device);
model.Initialize(seed: 1);
View<float> features = device.New<float>(2, TinyMixture.Width), logits = device.New<float>(2, TinyMixture.Classes);
features.Span.Fill(1);
model.Forward(features, logits);
Console.WriteLine($"{device.Name}: {string.Join(' ', logits.Span.ToArray())}");
return logits.Span[0] == logits.Span[TinyMixture.Classes] && float.IsFinite(logits.Span[0]) ? 0 : 1;
END
dotnet build -c Release -warnaserror --verbosity quiet
dotnet bin/Release/net10.0/Graphics.dll

echo "A project with MoECompiler.Agents:"
mkdir "$stranger/Agents"
cd "$stranger/Agents"
dotnet new console --verbosity quiet > /dev/null
dotnet add package MoECompiler.Agents --version $version > "$work/add.txt" || { cat "$work/add.txt"; fail "MoECompiler.Agents cannot be added to a project"; }
echo 'Console.WriteLine(MoECompiler.Agents.MixtureOfAgentsOptions.AggregateAndSynthesize([new("first", "an answer")]).Split((char)10)[^1]);' > Program.cs
dotnet build -c Release -warnaserror --verbosity quiet
dotnet bin/Release/net10.0/Agents.dll

echo "The tool:"
dotnet tool install MoECompiler.Cli --tool-path "$work/tool" --version $version --verbosity quiet
"$work/tool/moec" --help
"$work/tool/moec" plan "$stranger/Plain/bin/Release/net10.0/Plain.dll" | tail -n 2
"$work/tool/moec" kernels "$stranger/Graphics/bin/Release/net10.0/Graphics.dll" | tail -n 3
