using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MoECompiler.Generators.Tests.Support;

/// <summary>C# as a user's project compiles it: against the platform and the run-time assembly, with implicit usings.</summary>
internal static class TestCompilation
{
    private const string Usings = "global using System; global using System.Linq; global using System.Collections.Generic; global using MoECompiler;";

    /// <summary>C# 14, which the compiler that the generator is built for calls preview.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview);

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll"))
            .Select(static p => MetadataReference.CreateFromFile(p)),
        // Not by a type of it: this project has the generator's copies of the same names.
        MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "MoECompiler.dll")),
    ];

    /// <summary>What a project for GPUs references beside.</summary>
    private static readonly MetadataReference[] s_gpuReferences =
        [.. new[] { "MoECompiler.Gpu.dll", "ILGPU.dll" }.Select(static name => MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, name)))];

    /// <summary>The same for a project that references MoECompiler.Gpu.</summary>
    public static CSharpCompilation CreateForGpus(params string[] sources) => Create(sources).AddReferences(s_gpuReferences);

    /// <summary>C# inside of the compiler: as a file of the generator.</summary>
    public static CSharpCompilation CreateInside(params string[] sources) => Create(sources)
        .RemoveReferences(s_references[^1])
        .AddReferences(MetadataReference.CreateFromFile(typeof(ModelGenerator).Assembly.Location))
        .WithAssemblyName(typeof(TestCompilation).Assembly.GetName().Name);

    public static CSharpCompilation Create(params string[] sources) => Create(sources.Select((s, i) => Tree(s, $"Source{i}.cs")));

    public static CSharpCompilation Create(IEnumerable<SyntaxTree> trees) => CSharpCompilation.Create(
        "User",
        [Tree(Usings, "Usings.cs"), .. trees],
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    public static SyntaxTree Tree(string source, string path) => CSharpSyntaxTree.ParseText(source, ParseOptions, path);
}
