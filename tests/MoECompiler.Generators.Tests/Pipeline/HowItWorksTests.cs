using System.Runtime.CompilerServices;
using MoECompiler.Generators.Lowering;
using MoECompiler.Generators.Parsing;
using MoECompiler.Generators.Tests.Support;
using MoECompiler.Graphs;
using MoECompiler.Passes;
using Xunit;

namespace MoECompiler.Generators.Tests.Pipeline;

/// <summary>
/// The graphs and the emitted code on <c>docs/how-it-works.md</c> are what the compiler makes of the model on it; <c>MOE_ACCEPT=1 dotnet test</c>
/// writes them anew.
/// </summary>
public sealed class HowItWorksTests
{
    private const string Fence = "```";

    [Fact]
    public void Document_ShowsWhatEachStepMakes()
    {
        // Every other part is a block: the model, its graphs, and the emitted steps.
        string[] parts = File.ReadAllText(Document()).Split(Fence);
        Assert.Equal(15, parts.Length);
        string source = parts[1].Substring("csharp\n".Length);
        ModelSpec spec = SpecText.Parse(source, "Line");
        Graph training = Training(spec);
        ModelSpec narrow = SpecText.Parse(source.Replace("[Model]", "[Model(Precision = Precision.BFloat16)]", StringComparison.Ordinal), "Line");
        string[] shown = [.. parts];
        shown[3] = "\n" + GraphPrinter.Print(ModelLowering.Forward(spec));
        shown[5] = "\n" + GraphPrinter.Print(training);
        shown[7] = "\n" + GraphPrinter.Print(Fuse.Run(Simplify.Run(training)));
        shown[9] = "csharp\n" + Step(GeneratorRun.Of(source).Files["Line.Train.g.cs"], "GC.KeepAlive");
        shown[11] = "csharp\n" + Step(GeneratorRun.Of(TestCompilation.CreateForGpus(source)).Files["Line.Gpu.Train.g.cs"], "// Backward");
        shown[13] = "\n" + GraphPrinter.Print(Fuse.Run(Simplify.Run(Training(narrow))));
        string text = string.Join(Fence, shown);
        if (Environment.GetEnvironmentVariable("MOE_ACCEPT") == "1")
            File.WriteAllText(Document(), text);
        Assert.Equal(text, File.ReadAllText(Document()));
    }

    private static Graph Training(ModelSpec spec) => Differentiate.Run(Simplify.Run(ModelLowering.Loss(spec, isTraining: true)), "Train");

    /// <summary>The kernels of the first method, without its indentation.</summary>
    private static string Step(string file, string end)
    {
        const string Indent = "        ";
        int from = file.IndexOf(Indent + "// return", StringComparison.Ordinal);
        int until = file.IndexOf(Indent + end, from, StringComparison.Ordinal);
        return file[from..until].TrimEnd().Replace("\n" + Indent, "\n", StringComparison.Ordinal).TrimStart() + "\n";
    }

    private static string Document([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../docs/how-it-works.md"));
}
