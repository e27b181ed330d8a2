using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

public class ManyLossesTests
{
    [Fact]
    public void Emit_MoreLossesThanAFormulaTakesOperands_AddsThemUpInTwo()
    {
        string layers = string.Concat(Enumerable.Range(0, 4).Select(static i => $$"""
                [RoutedExperts(4, 4, 2, 8, BalanceLoss = 0.5f, ZLoss = 0.25f)]
                public partial RoutedExperts Layer{{i}} { get; }

            """));
        GeneratorRun run = GeneratorRun.Of($$"""
            using MoECompiler;

            [Model]
            public sealed partial class Deep
            {
            {{layers}}
                [Forward]
                public Tensor Forward(Tensor x) => Layer3.Forward(Layer2.Forward(Layer1.Forward(Layer0.Forward(x))));

                [Loss]
                public Tensor Loss(Tensor y) => y.Square().Mean();
            }
            """);
        Assert.Empty(run.Errors);
        Assert.DoesNotContain(run.Diagnostics, static d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning);
    }
}
