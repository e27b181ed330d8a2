using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Reference;
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

    /// <summary>The dense gate's are those of <see cref="SoftGateModel"/>: here a weight of another noise has none in it.</summary>
    [Fact]
    public void Evolved_Gradients_AreDifferencesOfTheLoss() =>
        TestModels.Evolved(EvolutionPhase.Sparse).AgainstDifferences(static m => m.Reference, rows: 11, seed: 2);

    [Theory]
    [MemberData(nameof(Phases))]
    public void Evolved_OneOrTwoThreads_GivesTheSameBits(EvolutionPhase phase) =>
        Assert.Equal(TestModels.Evolved(phase).Step(1, 33, 5), TestModels.Evolved(phase).Step(2, 33, 5));

    /// <summary>Multiplications and additions of all products, as the graphs say: the base phase has those of one network a layer and no router.</summary>
    [Fact]
    public void BasePhase_CostsOneExpert()
    {
        using CpuDevice device = new();
        using SoloModel evolving = new(device);
        using DenseModel dense = new(device);
        evolving.Phase = EvolutionPhase.Base;
        Assert.Equal(Products(dense.Reference), Products(evolving.Reference));
        evolving.Phase = EvolutionPhase.Sparse;
        Assert.True(Products(evolving.Reference) > Products(dense.Reference));
    }

    /// <summary>What is not of the layer's one expert has a gradient of 0 in the base phase, also where another phase left one.</summary>
    [Fact]
    public void BasePhase_OtherExpertsAndTheRouter_HaveNoGradient()
    {
        using CpuDevice device = new();
        using SoloModel model = new(device);
        model.Initialize(1);
        model.AllocateGradients();
        View<float> metrics = device.New<float>(model.Metrics.Sum(static m => m.Count));
        foreach (EvolutionPhase phase in (EvolutionPhase[])[EvolutionPhase.Dense, EvolutionPhase.Base])
        {
            model.Phase = phase;
            model.Backward(TestModels.Batch(("x", TestModels.Floats(new Random(1), 9, SoloModel.Width)), ("target", TestModels.Floats(new Random(2), 9, SoloModel.Width))), new RandomState(1, 1), metrics);
        }
        float[] up = model.Mixture.Up.Gradient.ToArray();
        int one = SoloModel.Inner * SoloModel.Width;
        Assert.Contains(up[..one], static x => x != 0);
        Assert.All(up[one..], static x => Assert.Equal(0, x));
        Assert.All(model.Mixture.Router.Gradient.ToArray(), static x => Assert.Equal(0, x));
    }

    /// <summary>
    /// In the dense phase all products of experts are over the rows of one dispatch, as many as tokens have experts above the threshold, or one: counted
    /// here from the router's product and the noise.
    /// </summary>
    [Theory]
    [InlineData(4, 2f)]
    [InlineData(6, 1.15f)]
    [InlineData(8, 0.3f)]
    public void DensePhase_RowsOfProducts_AreThePairsThatTheGateKeeps(int step, float temperature)
    {
        const int tokens = 50;
        using CpuDevice device = new();
        using SoloModel model = new(device);
        model.Initialize(4);
        model.Phase = EvolutionPhase.Dense;
        model.Mixture.Router.Value.CopyFrom([.. model.Mixture.Router.Value.ToArray().Select(static w => 6 * w)]);
        float[] x = TestModels.Floats(new Random(5), tokens, SoloModel.Width).Cast<float>().ToArray();
        RandomState random = new(9, step);
        View<float> metrics = device.New<float>(model.Metrics.Sum(static m => m.Count));
        model.AllocateGradients();
        model.Backward(device.Upload<float>(x, tokens, SoloModel.Width), device.Upload<float>(x, tokens, SoloModel.Width), random, metrics);

        Graph train = model.Reference.Graphs[2];
        Dictionary<string, ReferenceTensor> given = model.Parameters.ToDictionary(static p => p.Path, static p => ReferenceTensor.Of(p.Stored));
        given["x"] = given["target"] = new ReferenceTensor([tokens, SoloModel.Width], Array.ConvertAll(x, static v => (double)v));
        IReadOnlyDictionary<string, ReferenceTensor> values =
            ReferenceRunner.RunAll(train, given, new ReferenceContext(symbol => model.Reference.Sizes.TryGetValue(symbol, out int size) ? size : tokens, random));
        double[] noise = values[train.Nodes.Single(static n => n.Op is Noise).Result.Name].Data, logits = values[train.Nodes.First(static n => n.Op is MatMul).Result.Name].Data;
        int kept = 0;
        for (int t = 0; t < tokens; t++)
        {
            double[] powers = [.. Enumerable.Range(t * SoloModel.Experts, SoloModel.Experts).Select(i => Math.Exp((logits[i] + noise[i]) / temperature))];
            kept += Math.Max(1, powers.Count(p => p / powers.Sum() > 0.001));
        }
        Node dispatch = train.Nodes.Single(static n => n.Op is Dispatch);
        Assert.Equal(kept, values[dispatch.Results[1].Name].Data[^1]);
        int load = model.Metrics.TakeWhile(static m => !m.IsLoad).Sum(static m => m.Count), experts = model.Metrics.TakeWhile(static m => m.Name != "Mixture.experts").Sum(static m => m.Count);
        Assert.Equal(kept, metrics.Span.Slice(load, SoloModel.Experts).ToArray().Sum());
        Assert.Equal((double)kept / tokens, metrics.Span[experts], 1e-5);
        Node[] products = [.. train.Nodes.Where(static n => n.Op.Name.StartsWith("Grouped", StringComparison.Ordinal))];
        Assert.True(products.Length >= 6, string.Join(", ", products.Select(static n => n.Op.Name)));
        Assert.All(products, product => Assert.Contains(dispatch.Results[1], product.Operands));
    }

    private static long Products(ReferenceModel reference)
    {
        long Of(string symbol) => reference.Sizes.TryGetValue(symbol, out int size) ? size : 64;
        return reference.Graphs[0].Nodes.Where(static node => node.Op is MatMul or GroupedMatMul)
            .Sum(node => 2 * node.Result.Type.Count.Evaluate(Of) * node.Operands[0].Type.Columns.Evaluate(Of));
    }

    [Fact]
    public void SoftGate_ForwardAndGradients_AreTheReference()
    {
        TestModels.SoftGate.AgainstReference(static m => m.Reference, 17, 1);
        TestModels.SoftGate.AgainstDifferences(static m => m.Reference, rows: 11, seed: 2);
    }
}
