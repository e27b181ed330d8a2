using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class ConvertTests : GpuOpTest
{
    private const double Exact = 0;

    [Fact]
    public void Convert_AnyShape_RoundsAndBackWidens() => ForMatrices(static (rows, columns, seed) =>
    {
        TestTensor x = new Source(seed).Uniform(-9, 9, rows, columns);
        Matches(new MoECompiler.Ops.Convert(DType.F16), [x], static (gpu, v) => GpuKernels.Convert(gpu, v.In(0), v.Out<Half>()), Exact);
        Matches(new MoECompiler.Ops.Convert(DType.BF16), [x], static (gpu, v) => GpuKernels.Convert(gpu, v.In(0), v.Out<BFloat16>()), Exact);
        Matches(new MoECompiler.Ops.Convert(DType.F32), [x.As<Half>()], static (gpu, v) => GpuKernels.Convert(gpu, v.In<Half>(0), v.Out()), Exact);
        Matches(new MoECompiler.Ops.Convert(DType.F32), [x.As<BFloat16>()], static (gpu, v) => GpuKernels.Convert(gpu, v.In<BFloat16>(0), v.Out()), Exact);
    });
}
