using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Evolution;

/// <summary>Every phase is a program like any other: forward and each gradient are the reference's, and the same bits twice.</summary>
public class EvolvedProgramTests
{
    public static TheoryData<EvolutionPhase> Phases => [EvolutionPhase.Base, EvolutionPhase.Dense, EvolutionPhase.Sparse];

    [Theory]
    [MemberData(nameof(Phases))]
    public void Evolved_ForwardAndGradients_AreTheReference(EvolutionPhase phase)
    {
        foreach (int rows in (int[])[1, 6, 37])
            TestModels.Evolved(phase).AgainstReference(static m => m.Reference, rows, seed: rows);
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void Evolved_Gradients_AreDifferencesOfTheLoss(EvolutionPhase phase) =>
        TestModels.Evolved(phase).AgainstDifferences(static m => m.Reference, rows: 11, seed: 2);

    [Theory]
    [MemberData(nameof(Phases))]
    public void Evolved_OneOrTwoThreads_GivesTheSameBits(EvolutionPhase phase) =>
        Assert.Equal(TestModels.Evolved(phase).Step(1, 33, 5), TestModels.Evolved(phase).Step(2, 33, 5));

    [Fact]
    public void SoftGate_ForwardAndGradients_AreTheReference()
    {
        TestModels.SoftGate.AgainstReference(static m => m.Reference, 17, 1);
        TestModels.SoftGate.AgainstDifferences(static m => m.Reference, rows: 11, seed: 2);
    }
}
