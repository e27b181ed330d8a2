using System.Security.Cryptography;
using MoECompiler.Adapters;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Adapters;

public class NolaTests
{
    /// <summary>
    /// The parameters that papers on LoRA and NOLA state for real models. Source: Koohpayegani et al., NOLA, ICLR 2024, tables 1 to 3; the counts
    /// of LLaMA-2 are of its seven kinds of matrices, those of 70B with 8 heads of keys and values.
    /// </summary>
    [Theory]
    [InlineData("GPT-2 L, NOLA k = 256", 36, 256, 36_864, "1280x1280 1280x1280")]
    [InlineData("GPT-2 L, NOLA k = 1024", 36, 1024, 147_456, "1280x1280 1280x1280")]
    [InlineData("GPT-2 L, LoRA r = 1", 36, -1, 184_320, "1280x1280 1280x1280")]
    [InlineData("GPT-2 M, NOLA k = 512", 24, 512, 49_152, "1024x1024 1024x1024")]
    [InlineData("GPT-2 M, NOLA k = 1024", 24, 1024, 98_304, "1024x1024 1024x1024")]
    [InlineData("LLaMA-2 7B, LoRA r = 1", 32, -1, 2_498_560, "4096x4096 4096x4096 4096x4096 4096x4096 4096x11008 4096x11008 11008x4096")]
    [InlineData("LLaMA-2 7B, NOLA k = 128", 32, 128, 57_344, "4096x4096 4096x4096 4096x4096 4096x4096 4096x11008 4096x11008 11008x4096")]
    [InlineData("LLaMA-2 13B, LoRA r = 1", 40, -1, 3_911_680, "5120x5120 5120x5120 5120x5120 5120x5120 5120x13824 5120x13824 13824x5120")]
    [InlineData("LLaMA-2 13B, NOLA k = 256", 40, 256, 143_360, "5120x5120 5120x5120 5120x5120 5120x5120 5120x13824 5120x13824 13824x5120")]
    [InlineData("LLaMA-2 70B, LoRA r = 1", 80, -1, 12_943_360, "8192x8192 8192x1024 8192x1024 8192x8192 8192x28672 8192x28672 28672x8192")]
    [InlineData("LLaMA-2 70B, NOLA k = 512", 80, 512, 573_440, "8192x8192 8192x1024 8192x1024 8192x8192 8192x28672 8192x28672 28672x8192")]
    [InlineData("ViT-L, LoRA r = 4", 24, -4, 393_216, "1024x1024 1024x1024")]
    [InlineData("ViT-L, LoRA r = 1", 24, -1, 98_304, "1024x1024 1024x1024")]
    [InlineData("ViT-L, NOLA-MLP k = 1024", 24, 1024, 98_304, "1024x4096 4096x1024")]
    [InlineData("ViT-L, NOLA-MLP k = 512", 24, 512, 49_152, "1024x4096 4096x1024")]
    public void Adapter_OfPublishedModel_HasThePublishedParameters(string what, int layers, int basis, long expected, string matrices)
    {
        GraphBuilder graph = new();
        foreach ((string matrix, int i) in matrices.Split(' ').Select(static (m, i) => (m, i)))
        {
            (Size from, Size to) = (int.Parse(matrix.Split('x')[0]), int.Parse(matrix.Split('x')[1]));
            Value x = graph.Input($"x{i}", TensorType.F32(Size.Symbol("B"), from));
            Value weight = graph.Parameter(new GraphParameter(new Value($"W{i}.Weight", TensorType.F32(to, from)), new Initializer.Constant(0), $"w{i}.weight", IsFrozen: false));
            graph.Output($"y{i}", graph.MatMul(x, weight, transposeB: true, name: $"y{i}"), OutputKind.Result);
        }
        Graph model = graph.Build("Forward");
        AdapterKind kind = basis < 0 ? new Lora(-basis, Scale: 1) : new Nola(Rank: 8, Scale: 1, basis, basis, Seed: 0, IsShared: true, StartsAtZero: true);
        Graph attached = GraphChecker.Check(AttachAdapters.Run(model, kind, AttachAdapters.Sites(model)));
        long count = layers * attached.Parameters.Where(static p => !p.IsFrozen).Sum(static p => p.Value.Type.Count.Evaluate(static _ => 0));
        Assert.True(expected == count, $"{what}: expected {expected}, found {count}.");
    }

    /// <summary>
    /// Whatever runs it and whenever: files hold coefficients only, and mean nothing with another basis. The hash is that of the numbers of a
    /// program of a few lines of Python that was written from the definition of Philox.
    /// </summary>
    [Fact]
    public void Basis_Always_HasTheBitsThatItHad()
    {
        using CpuDevice device = new(1);
        View<float> basis = device.New<float>(1, 64, 64);
        Kernels.SeededMix(device, device.Upload<float>([0, 0, 1], [1, 3]), basis, Seed: 7, Matrix: 1, IsShared: true, ScaleOf: 1, OffsetOf: 0);
        byte[] bytes = [.. basis.ToArray().SelectMany(BitConverter.GetBytes)];
        Assert.Equal("a40b122091cfc92a4198288956bfeb3f0eb2d8bc45268a6ed5c20f07a0aaed25", System.Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public void Nola_New_ChangesNothingAndHasAGradientForB()
    {
        using CpuDevice device = new(2);
        using RoutedModel model = AdapterChecks.New(new RoutedModel(device));
        using RoutedNola adapter = new(model);
        View<float> features = device.Upload<float>([.. Enumerable.Range(0, 33).Select(static i => MathF.Sin(i))], [3, 11]);
        View<float> expected = device.New<float>(3, 3), found = device.New<float>(3, 3);
        model.Forward(features, expected);
        adapter.Forward(features, found);
        Assert.Equal(expected.ToArray(), found.ToArray());

        adapter.AllocateGradients();
        adapter.Backward(features, device.Upload<int>([0, 1, 2], [3]), default, device.New<float>(adapter.Metrics.Sum(static m => m.Count)));
        Assert.All(adapter.Sites.Cast<NolaFactors>(), static site => Assert.Contains(site.CoefficientsB.Gradient.ToArray(), static g => g != 0));
        Assert.All(adapter.Sites.Cast<NolaFactors>(), static site => Assert.All(site.CoefficientsA.Gradient.ToArray(), static g => Assert.Equal(0, g)));
    }

    /// <summary>Weights of a shape, stacked layers and experts among them, are made together: their basis is drawn once forward and once backward.</summary>
    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 8)]
    public void Nola_WeightsOfAShape_DrawTheirBasisOnce(bool isShared, int expected)
    {
        (Size layers, Size experts, Size width, Size inner) = (3, 5, 16, 32);
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(Size.Symbol("B"), width));
        foreach ((string name, TensorType type) in (IEnumerable<(string, TensorType)>)[("First", TensorType.F32(width, width)), ("Second", TensorType.F32(width, width)), ("Up", TensorType.F32(inner, width))])
        {
            Value weight = graph.Parameter(new GraphParameter(new Value($"{name}.Weight", type), new Initializer.Constant(0), $"{name}.weight", IsFrozen: false));
            graph.Output(name, graph.MatMul(x, weight, transposeB: true, name: name), OutputKind.Result);
        }
        EquatableArray<AdapterSite> sites = AttachAdapters.Sites(graph.Build("Forward"));
        sites = sites.Append(sites[0] with { Name = "Stacked", Groups = [layers, experts] }).ToEquatable();
        GraphBuilder factors = new();
        IReadOnlyList<(Value A, Value B)> made = new Nola(Rank: 2, Scale: 1, 4, 4, Seed: 0, isShared, StartsAtZero: false).Factors(factors, sites, isTraining: false);
        Assert.Equal([TensorType.F32(layers, experts, 2, width), TensorType.F32(layers, experts, width, 2)], [made[3].A.Type, made[3].B.Type]);
        // A of all and B of two shapes: A [2, width], B [width, 2] and B [inner, 2].
        Assert.Equal(expected, factors.Nodes.Count(static n => n.Op is SeededMix));
    }

    /// <summary>1 / sqrt(k): the variance of a factor does not depend on how many matrices it is made of.</summary>
    [Fact]
    public void SeededMix_MoreMatrices_HasTheSameVariance()
    {
        using CpuDevice device = new(2);
        foreach (int count in (int[])[64, 512, 4096])
        {
            Random random = new(count);
            View<float> coefficients = device.Upload<float>([.. Enumerable.Range(0, count).Select(_ => (random.Next(2) * 2) - 1f)], [1, count]);
            View<float> made = device.New<float>(1, 64, 128);
            Kernels.SeededMix(device, coefficients, made, Seed: 1, Matrix: count, IsShared: true, ScaleOf: count, OffsetOf: 0);
            // That of a uniform number in [-1, 1).
            double variance = made.ToArray().Average(static x => (double)x * x);
            Assert.InRange(variance, 0.9 / 3, 1.1 / 3);
        }
    }

    [Fact]
    public void Nola_MemoryBesideLora_IsThatOfTheFactors()
    {
        using CpuDevice device = new(1);
        long Peak(Func<RoutedModel, Model> create)
        {
            using RoutedModel model = AdapterChecks.New(new RoutedModel(device));
            using Model adapter = create(model);
            View<float> x = device.New<float>(1, 11), y = device.New<float>(1, 3);
            if (adapter is RoutedNola nola)
                nola.Forward(x, y);
            else
                ((RoutedModel)adapter).Forward(x, y);
            return adapter.PeakArenaBytes;
        }
        using RoutedModel model = new(device);
        using RoutedNola adapter = new(model);
        // A and B of each matrix, on whole cache lines, and three values of a row: x A, scaled, and x A B.
        long factors = adapter.Sites.Cast<AdapterFactors>().Sum(site => site.Groups * site.Rank * (long)(site.In + site.Out) * sizeof(float) + 5 * 64 + 5 * 64);
        Assert.True(Peak(static m => new RoutedNola(m)) <= Peak(static m => m) + factors);
    }
}
