using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Gpu.Tests.Ops;

public class UnfoldTests : GpuOpTest
{
    [Fact]
    public void UnfoldAndFold_AnyWindow_MatchTheDefinition() => Gen
        .Select(Gen.Select(Gen.Int[0, 2], Gen.Int[5, 8], Gen.Int[5, 8], Gen.Int[0, 3]), Gen.Int[1, 5], Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int)
        .Sample(
            (image, kernel, stride, padding, seed) =>
            {
                Source source = new(seed);
                int[] shape = [image.Item1, image.Item2, image.Item3, image.Item4];
                Matches(
                    new Unfold(kernel, stride, padding), [source.Normal(shape)],
                    (gpu, v) => GpuKernels.Unfold(gpu, v.In(0), v.Out(), Kernel: kernel, Stride: stride, Padding: padding), 0);
                int[] windows = [shape[0], Places(shape[1]), Places(shape[2]), shape[3] * kernel * kernel];
                Matches(
                    new Fold(kernel, stride, padding, shape.Select(static e => Size.Of(e)).ToEquatable()), [source.Normal(windows)],
                    (gpu, v) => GpuKernels.Fold(gpu, v.In(0), v.Out(), Kernel: kernel, Stride: stride, Padding: padding), 2e-6);

                int Places(int extent) => (extent + 2 * padding - kernel) / stride + 1;
            },
            iter: Cases, threads: 1);
}
