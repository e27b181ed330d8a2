extern alias runtime;

using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MoECompiler.Generators;

// How long the generator takes for the largest sample model, from source to emitted files, and for an edit that changes nothing of it.
string source = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ImageClassifier.txt"));
string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
IEnumerable<string> trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
    .Where(path => path.StartsWith(framework, StringComparison.Ordinal));
CSharpParseOptions options = new(LanguageVersion.Preview);
CSharpCompilation compilation = CSharpCompilation.Create(
    "Measured",
    [CSharpSyntaxTree.ParseText(source, options)],
    [.. trusted.Select(static path => MetadataReference.CreateFromFile(path)), MetadataReference.CreateFromFile(typeof(runtime::MoECompiler.Model).Assembly.Location)],
    new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
CSharpCompilation edited = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Elsewhere;", options));

List<double> whole = [];
List<double> elsewhere = [];
int files = 0;
for (int round = 0; round < 11; round++)
{
    long start = Stopwatch.GetTimestamp();
    GeneratorDriver driver = CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], parseOptions: options).RunGenerators(compilation);
    whole.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    files = driver.GetRunResult().GeneratedTrees.Length;
    start = Stopwatch.GetTimestamp();
    driver.RunGenerators(edited);
    elsewhere.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
}
if (files < 5)
    throw new InvalidOperationException("The sample model did not compile.");
Console.WriteLine($"ImageClassifier, {files} files: {whole[0]:F0} ms the first time in a process, {Median(whole):F0} ms after; {Median(elsewhere):F1} ms for an edit in another file");

static double Median(List<double> times)
{
    times.Sort();
    return times[times.Count / 2];
}
