using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

public class ConvertTests : OpTest
{
    private const double Exact = 0;

    [Fact]
    public void Convert_ToHalves_RoundsAndBackWidens() => ForMatrices(Check<Half>);

    [Fact]
    public void Convert_ToBFloat16_RoundsAndBackWidens() => ForMatrices(Check<BFloat16>);

    private static void Check<T>(int rows, int columns, int seed) where T : unmanaged
    {
        TestTensor x = new Source(seed).Uniform(-9, 9, rows, columns);
        Matches(new MoECompiler.Ops.Convert(TestTensor.Of<T>()), [x], static (cpu, v) => Kernels.Round(cpu, v.In(0), v.Out<T>()), Exact);
        Matches(new MoECompiler.Ops.Convert(DType.F32), [x.As<T>()], static (cpu, v) => Kernels.Widen(cpu, v.In<T>(0), v.Out()), Exact);
    }

    [Fact]
    public void Gradient_IsThatOfTheResult()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(2)), slope = graph.Input("slope", TensorType.F32(2));
        Value y = graph.Convert(x, DType.BF16);
        Assert.Equal([slope], graph.Nodes[0].Op.Gradient(graph, graph.Nodes[0], [slope]));
        Assert.Equal(y, graph.Convert(y, DType.BF16));
    }

    [Fact]
    public void Convert_ToAnInteger_IsAnError()
    {
        ShapeError error = Assert.Throws<ShapeError>(static () => new MoECompiler.Ops.Convert(DType.I32).Infer([TensorType.F32(2)]));
        Assert.Equal("Convert takes floats to floats and is given f32[2] to make i32 of", error.Message);
    }
}
