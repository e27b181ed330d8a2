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
    public void UnfoldAndFold_AnyWindow_MatchTheDefinition()
    {
        Gen.Select(Gen.Select(Gen.Int[0, 3], Gen.Int[5, 9], Gen.Int[5, 9], Gen.Int[0, 5]), Gen.Int[1, 5], Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int).Sample(
            (image, kernel, stride, padding, seed) => Check([image.Item1, image.Item2, image.Item3, image.Item4], kernel, stride, padding, seed),
            iter: 2 * Cases, threads: 1);
        if (!TestDevice.IsSimulated)
            Check([20, 28, 28, 3], 3, 1, 1, 1);

        static void Check(int[] image, int kernel, int stride, int padding, int seed)
        {
            Source source = new(seed);
            Matches(
                new Unfold(kernel, stride, padding), [source.Normal(image)],
                (gpu, v) => GpuKernels.Unfold(gpu, v.In(0), v.Out(), Kernel: kernel, Stride: stride, Padding: padding), 0);
            int[] windows = [image[0], Places(image[1]), Places(image[2]), image[3] * kernel * kernel];
            Matches(
                new Fold(kernel, stride, padding, image.Select(static e => Size.Of(e)).ToEquatable()), [source.Normal(windows)],
                (gpu, v) => GpuKernels.Fold(gpu, v.In(0), v.Out(), Kernel: kernel, Stride: stride, Padding: padding), 2e-6);

            int Places(int extent) => (extent + 2 * padding - kernel) / stride + 1;
        }
    }
}
