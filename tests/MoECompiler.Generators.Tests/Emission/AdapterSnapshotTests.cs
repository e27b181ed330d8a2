using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>What is emitted for an adapter and its bank.</summary>
public sealed class AdapterSnapshotTests
{
    [Fact]
    public void Snapshot_OfAnAdapterWithABank_IsWhatIsEmitted()
    {
        GeneratorRun run = GeneratorRun.Of(Samples.Digits, Samples.Adapters, Samples.Decoder, Samples.Block);
        Assert.Empty(run.Errors);
        Snapshot.Matches("Adapter", run.Files.Where(static f => f.Key.StartsWith("Adapted.Country", StringComparison.Ordinal)).ToDictionary());
    }

    /// <summary>Members that are called as adapters call their own.</summary>
    [Fact]
    public void OddNames_Compile()
    {
        GeneratorRun run = GeneratorRun.Of("""
            [Model]
            public sealed partial class Net
            {
                [Linear(8, 8)] public partial Linear Base { get; }
                [Linear(8, 8)] public partial Linear Merge { get; }
                [Linear(8, 8)] public partial Linear Scale { get; }
                [Linear(8, 8)] public partial Linear Add { get; }
                [RoutedExperts(8, 4, 2, 16)] public partial RoutedExperts First { get; }
                [Linear(8, 8)] public partial Linear FirstUp { get; }
                [Forward] public Tensor Forward(Tensor x) => FirstUp.Forward(First.Forward(Add.Forward(Scale.Forward(Merge.Forward(Base.Forward(x))))));
                [Loss] public Tensor Loss(Tensor y) => y.Square().Mean();
            }

            [Lora<Net>(Bank = true)] public sealed partial class Chat;
            """);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
    }
}
