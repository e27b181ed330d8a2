using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Gpu.Tests.Models;

/// <summary>What a step asks of a device: few launches, no wait, no memory.</summary>
public class LaunchTests
{
    /// <summary>Of a GPU's forms and of a processor's.</summary>
    [Theory]
    [InlineData(512, 6, false)]
    [InlineData(512, 6, true)]
    [InlineData(8, 4, false)]
    [InlineData(8, 4, true)]
    [InlineData(1, 4, false)]
    public void Forward_OfALayerOfExperts_IsAFewLaunches(int rows, int most, bool isProcessor)
    {
        using OfflineDevice device = new(new DeviceTraits(isProcessor ? GpuKind.OpenCl : GpuKind.Cuda, isProcessor, isProcessor ? 0 : 90, 100));
        using MixtureLayer plain = new(device);
        using GatedMixtureLayer gated = new(device);
        View<float> x = device.New<float>(rows, 32), y = device.New<float>(rows, 32);
        plain.Forward(x, y);
        Assert.InRange(device.Recorded.Count, 1, most);
        device.Clear();
        gated.Forward(x, y);
        Assert.InRange(device.Recorded.Count, 1, most);
    }

    /// <summary>The rows by A, and one kernel for the product with the weight and the one with B; what is written once is read by nobody before.</summary>
    [Theory]
    [InlineData(512, false)]
    [InlineData(512, true)]
    [InlineData(3, false)]
    public void Forward_OfAnAdaptedProduct_IsTwoLaunches(int rows, bool isProcessor)
    {
        using OfflineDevice device = new(new DeviceTraits(isProcessor ? GpuKind.OpenCl : GpuKind.Cuda, isProcessor, isProcessor ? 0 : 90, 100));
        using LinearLayer model = new(device);
        using LinearLayerAdapter adapter = new(model);
        adapter.Forward(device.New<float>(rows, 32), device.New<float>(rows, 48));
        Assert.Equal(2, device.Recorded.Count);
    }

    /// <summary>A launch more for the router and for each of the experts' three matrices, for a few tokens too.</summary>
    [Theory]
    [InlineData(512, 6 + 4)]
    [InlineData(8, 4 + 4)]
    public void Forward_OfAdaptedExperts_IsALaunchMoreForEachMatrix(int rows, int most)
    {
        using OfflineDevice device = new(new DeviceTraits(GpuKind.Cuda, IsProcessor: false, 90, 100));
        using GatedMixtureLayer model = new(device);
        using GatedMixtureAdapter adapter = new(model);
        adapter.Forward(device.New<float>(rows, 32), device.New<float>(rows, 32));
        Assert.InRange(device.Recorded.Count, 1, most);
    }

    /// <summary>
    /// Before there are others, a step launches what a layer of one expert does, with the products of one, and beside it how many experts a row has and
    /// zeroes for the router's gradient.
    /// </summary>
    [Theory]
    [InlineData(512, false)]
    [InlineData(512, true)]
    [InlineData(8, false)]
    public void BasePhase_LaunchesWhatOneExpertDoes(int rows, bool isProcessor)
    {
        using OfflineDevice device = new(new DeviceTraits(isProcessor ? GpuKind.OpenCl : GpuKind.Cuda, isProcessor, isProcessor ? 0 : 90, 100));
        using SoloModel evolving = new(device);
        using OneExpertModel one = new(device);
        evolving.Phase = EvolutionPhase.Base;
        View<float> x = device.New<float>(rows, SoloModel.Width);
        evolving.Forward(x, x);
        (string[] forward, long forwardFlops) = Recorded(device);
        one.Forward(x, x);
        (string[] oneForward, long oneForwardFlops) = Recorded(device);
        Assert.Equal(oneForward, forward);
        Assert.Equal(oneForwardFlops, forwardFlops);

        evolving.AllocateGradients();
        one.AllocateGradients();
        evolving.Backward(x, x, default, device.New<float>(evolving.Metrics.Sum(static m => m.Count)));
        (string[] step, long stepFlops) = Recorded(device);
        one.Backward(x, x, default, device.New<float>(one.Metrics.Sum(static m => m.Count)));
        (string[] oneStep, long oneStepFlops) = Recorded(device);
        Assert.Equal(oneStep.Where(IsProduct), step.Where(IsProduct));
        Assert.InRange(step.Count(IsProduct), 5, 7);
        Assert.InRange(step.Length, oneStep.Length, oneStep.Length + 5);
        // All but the products is a thousandth of them.
        Assert.InRange(Math.Abs(stepFlops - oneStepFlops), 0, oneStepFlops / 1000);
    }

    private static bool IsProduct(string kernel) => kernel.Contains("Grouped", StringComparison.Ordinal);

    private static (string[] Kernels, long Flops) Recorded(OfflineDevice device)
    {
        // A product's tiles are for the rows that an expert of several can expect.
        (string[], long) recorded = ([.. device.Recorded.Select(static r => r.Kernel.Name.Split("Tile")[0])], device.Recorded.Sum(static r => r.Work.Flops));
        device.Clear();
        return recorded;
    }

    [Fact]
    public void Step_AfterTheFirst_NeitherWaitsNorAllocates()
    {
        GpuDevice gpu = TestDevice.Instance;
        using RoutedModel model = new(gpu);
        model.Initialize(1);
        using OptimizerState state = new(new AdamW(), model);
        Batch batch = new();
        batch.Set("features", gpu.New<float>(12, 11));
        batch.Set("labels", gpu.New<int>(12));
        View<float> metrics = gpu.New<float>(model.Metrics.Sum(static m => m.Count));
        for (int step = 0; step < 2; step++)
            Step();

        gpu.Synchronize();
        long waits = gpu.Synchronizations;
        Step();
        Assert.Equal(waits, gpu.Synchronizations);

        // The JIT's first code boxes what its final code does not; the simulator itself allocates with each launch.
        long allocated = long.MaxValue;
        for (int round = 0; round < 60 && allocated > 0 && !TestDevice.IsSimulated; round++)
        {
            Thread.Sleep(2 * round);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 10; step++)
                Step();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, TestDevice.IsSimulated ? 0 : allocated);

        void Step()
        {
            model.Backward(batch, new RandomState(1, 1), metrics);
            state.Update(1e-3);
        }
    }
}
