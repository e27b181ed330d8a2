using Xunit;
using MoECompiler.Tests.Models;

namespace MoECompiler.Tests.Adapters;

/// <summary>Compiled adapters, forward and backward, against the graphs that they were declared as, and against their models.</summary>
public class AdapterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(37)]
    public void Adapter_ForwardAndGradients_AreTheReference(int rows)
    {
        for (int seed = 1; seed <= 2; seed++)
        {
            AdapterChecks.Routed.AgainstReference(static a => a.Reference, rows, seed);
            AdapterChecks.Layered.AgainstReference(static a => a.Reference, rows, seed);
            AdapterChecks.Picture.AgainstReference(static a => a.Reference, rows, seed);
            AdapterChecks.TwoTask.AgainstReference(static a => a.Reference, rows, seed);
            AdapterChecks.Brain.AgainstReference(static a => a.Reference, rows, seed);
            AdapterChecks.BrainDora.AgainstReference(static a => a.Reference, rows, seed);
            AdapterChecks.SharedNola.AgainstReference(static a => a.Reference, rows, seed);
            AdapterChecks.OwnNola.AgainstReference(static a => a.Reference, rows, seed);
        }
    }
}
