using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Unfold), typeof(Fold))]
public class UnfoldTests : OpTest
{
    [Fact]
    public void UnfoldAndFold_AnyWindow_MatchTheDefinition()
    {
        Gen.Select(Gen.Select(Gen.Int[0, 3], Gen.Int[5, 12], Gen.Int[5, 12], Gen.Int[0, 5]), Gen.Int[1, 5], Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int)
            .Sample((image, kernel, stride, padding, seed) => Check([image.Item1, image.Item2, image.Item3, image.Item4], kernel, stride, padding, seed), iter: 2 * Cases);
        Check([20, 28, 28, 3], 3, 1, 1, 1);

        static void Check(int[] image, int kernel, int stride, int padding, int seed)
        {
            Source source = new(seed);
            Matches(
                new Unfold(kernel, stride, padding), [source.Normal(image)],
                (cpu, v) => Kernels.Unfold(cpu, v.In(0), v.Out(), Kernel: kernel, Stride: stride, Padding: padding), 0);
            int[] windows = [image[0], Places(image[1]), Places(image[2]), image[3] * kernel * kernel];
            Matches(
                new Fold(kernel, stride, padding, image.Select(static e => Size.Of(e)).ToEquatable()), [source.Normal(windows)],
                (cpu, v) => Kernels.Fold(cpu, v.In(0), v.Out(), Kernel: kernel, Stride: stride, Padding: padding), 2e-6);

            int Places(int extent) => (extent + 2 * padding - kernel) / stride + 1;
        }
    }

    /// <summary>Worked out by hand: one image of 2 x 2 with 2 channels, a window of 2, a zero around.</summary>
    [Fact]
    public void Unfold_SmallImage_HasRowsInTheOrderOfAPyTorchWeight()
    {
        using CpuDevice cpu = new(1);
        View<float> x = cpu.Upload<float>([1, 10, 2, 20, 3, 30, 4, 40], 1, 2, 2, 2);
        View<float> y = cpu.New<float>(1, 3, 3, 8);
        Kernels.Unfold(cpu, x, y, Kernel: 2, Stride: 1, Padding: 1);
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 10], y.Span[..8].ToArray());
        Assert.Equal([1, 2, 3, 4, 10, 20, 30, 40], y.Span[32..40].ToArray());
        Assert.Equal([4, 0, 0, 0, 40, 0, 0, 0], y.Span[64..].ToArray());
    }

    [Fact]
    public void Unfold_Image_HasTheGradientOfItsDifferences()
    {
        GradientCheck.Check(new Unfold(3, 2, 1), new Source(1).Normal(2, 5, 4, 2));
        GradientCheck.Check(new Unfold(2, 2, 0), new Source(1).Normal(1, 4, 4, 1));
    }
}
