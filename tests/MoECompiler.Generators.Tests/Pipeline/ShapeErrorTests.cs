using MoECompiler.Generators.Tests.Diagnostics;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Pipeline;

/// <summary>Calls that C# takes and shapes do not: each is an error at its place, never a mistake of ours and never code that does not compile.</summary>
public sealed class ShapeErrorTests
{
    [Theory]
    [InlineData("x.Transpose(0)")]
    [InlineData("x.Transpose(0, 0)")]
    [InlineData("x.Transpose(5, 1)")]
    [InlineData("x.Sum().Transpose()")]
    [InlineData("x.Slice(7, 0, 1)")]
    [InlineData("x.Slice(1, -1, 3)")]
    [InlineData("x.Slice(1, 0, 0)")]
    [InlineData("x.Slice(1, 5, 100)")]
    [InlineData("x.Reshape(-1, -1)")]
    [InlineData("x.Reshape(-1, 0)")]
    [InlineData("x.Reshape(0)")]
    [InlineData("x.Reshape(-1, 3)")]
    [InlineData("x.Reshape(-2, Width)")]
    [InlineData("x.Reshape()")]
    [InlineData("x.Squeeze(0)")]
    [InlineData("x.Squeeze(9)")]
    [InlineData("x.Unsqueeze(9)")]
    [InlineData("x.BroadcastTo(3)")]
    [InlineData("x.BroadcastTo(-1, Width)")]
    [InlineData("x.Concat(x, 5)")]
    [InlineData("x.Concat(x.Sum(), 0)")]
    [InlineData("x.Sum(7)")]
    [InlineData("x.Mean(0, 0)")]
    [InlineData("x.Max(1, -1)")]
    [InlineData("x.MatMul(x)")]
    [InlineData("x.MatMul(x.Sum())")]
    [InlineData("x.Reshape(-1, 2, 4)")]
    [InlineData("x.Reshape(-1, Width / 2, 2)")]
    [InlineData("x.ArgMax().Slice(0, 0, 1)")]
    [InlineData("x.Concat(x.ArgMax().Unsqueeze(1), 1)")]
    [InlineData("x.Gather(x)")]
    [InlineData("x.Sum().Gather(x.ArgMax())")]
    [InlineData("x.ArgMax().Relu()")]
    [InlineData("x.ArgMax().Softmax()")]
    [InlineData("x.ArgMax().Sum()")]
    [InlineData("x.ArgMax().LogSumExp()")]
    [InlineData("x.ArgMax().MatMul(x)")]
    [InlineData("x.ArgMax().ArgMax()")]
    [InlineData("x.Sum().Softmax()")]
    [InlineData("x.Sum().LogSoftmax()")]
    [InlineData("x.Sum().LogSumExp()")]
    [InlineData("x.Sum().ArgMax()")]
    [InlineData("x.CrossEntropy(x)")]
    [InlineData("x.Sum().CrossEntropy(x.ArgMax())")]
    [InlineData("x.BinaryCrossEntropy(x.ArgMax())")]
    [InlineData("x.SquaredError(x.Reshape(-1, 2, 2, 2))")]
    [InlineData("x.FocalLoss(x)")]
    [InlineData("x.LogProbability(x)")]
    [InlineData("x.DistillationLoss(x.ArgMax(), x.ArgMax())")]
    [InlineData("x.CrossEntropy(x.ArgMax(), x)")]
    [InlineData("x.DirectPreferenceLoss(x, x.ArgMax(), x)")]
    [InlineData("x.OddsRatioLoss(x.Reshape(2, -1))")]
    [InlineData("x.PolicyLoss(x, x.ArgMax())")]
    [InlineData("x.Sum().Entropy()")]
    [InlineData("x.KlDivergence(x.ArgMax())")]
    [InlineData("x + x.Reshape(2, -1)")]
    [InlineData("Stem.Forward(x.Sum())")]
    [InlineData("Stem.Forward(x.ArgMax())")]
    [InlineData("Stem.Forward(x.Reshape(-1, 2))")]
    public void Call_IsAShapeError(string expression)
    {
        GeneratorRun run = GeneratorRun.Of(DiagnosticCase.Forward($"return {expression};"));
        Assert.True(run.Diagnostics is [{ Id: "MOE2001" }], $"{expression}: {string.Join("\n", run.Diagnostics)}");
        Assert.Empty(run.Errors);
    }

    [Theory]
    [InlineData("x.Transpose()")]
    [InlineData("x.Transpose(-1, 0)")]
    [InlineData("x.Reshape(-1)")]
    [InlineData("x.Sum(1).MatMul(x)")]
    [InlineData("x.ArgMax().Reshape(-1, 1).Squeeze(1).Unsqueeze(0)")]
    [InlineData("x.Slice(1, Half, Width - Half)")]
    [InlineData("x.Slice(-1, 0, 3)")]
    [InlineData("x.Unsqueeze(-1).Squeeze(-1)")]
    [InlineData("x.Unsqueeze(2)")]
    [InlineData("x.Concat(x, -1)")]
    [InlineData("x.Mean(0).BroadcastTo(Width)")]
    [InlineData("x.MatMul(x.Transpose())")]
    [InlineData("x.Reshape(-1, 1, Width).MatMul(x.Reshape(-1, Width, 1))")]
    [InlineData("x.Max([0], keepExtents: true) - x.Min([1], keepExtents: true)")]
    [InlineData("x.Softmax() * x.LogSoftmax() + x.LogSumExp().Unsqueeze(-1)")]
    [InlineData("Tensor.Select(x, x.Exp(), Tensor.Max(x, 0) + Tensor.Min(x, x.Abs()))")]
    [InlineData("x.Clamp(-1, 1) / (1f / Width) + x * Width - 0.5f * Half")]
    [InlineData("x.Sqrt() + x.Rsqrt() + x.Square() + x.Reciprocal() + x.Erf() + x.Sign() + x.Step()")]
    [InlineData("x.Relu() + x.Gelu() + x.GeluTanh() + x.Silu() + x.Sigmoid() + x.Tanh() + x.Softplus() + x.Exp() + x.Log() + x.Abs()")]
    [InlineData("x.CrossEntropy(x.ArgMax(), smoothing: 0.1f) + x.BinaryCrossEntropy(x).Sum(1) + x.SquaredError(x).Mean(1)")]
    [InlineData("x.FocalLoss(x.ArgMax(), gamma: 1.5f) + x.CrossEntropy(x.ArgMax(), x.Sum(1)) + x.LogProbability(x.ArgMax())")]
    [InlineData("x.DirectPreferenceLoss(x, x, x, smoothing: 0.1f) + x.OddsRatioLoss(x) + x.PolicyLoss(x, x) + x.ValueLoss(x, x, clip: 0.1f)")]
    [InlineData("x.Entropy() + x.KlDivergence(x) + x.Sum(1).KlEstimate(x.Sum(1))")]
    public void Call_Compiles(string expression)
    {
        GeneratorRun run = GeneratorRun.Of(DiagnosticCase.Forward($"return {expression};"));
        Assert.True(run.Diagnostics.IsEmpty, $"{expression}: {string.Join("\n", run.Diagnostics)}");
        Assert.True(run.Errors.IsEmpty, $"{expression}: {string.Join("\n", run.Errors)}");
    }
}
