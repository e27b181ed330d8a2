using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class PriorityDispatchTests : GpuOpTest
{
    /// <summary>Few different numbers, so that ties are common.</summary>
    private static readonly Gen<float> s_priority = Gen.OneOf(0f, -0f, 1f, 0.5f, 0.25f, -3f, float.NaN, float.PositiveInfinity, float.NegativeInfinity);

    [Fact]
    public void PriorityDispatch_AnyChoices_MatchesTheDefinition()
    {
        Gen.Select(Extent, Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[0, 30], Gen.Int)
            .SelectMany((tokens, experts, slots, capacity, seed) => s_priority.Array[tokens].Select(p => (tokens, experts, Math.Min(slots, experts), capacity, seed, p)))
            .Sample((tokens, experts, slots, capacity, seed, p) => Check(experts, slots, capacity, seed, TestTensor.F32([tokens], p)), iter: 2 * Cases, threads: 1);
        int tokens = TestDevice.IsSimulated ? 20 : 2_000;
        Check(8, 2, tokens / 7, 1, new Source(1).Normal(tokens));

        static void Check(int experts, int slots, int capacity, int seed, TestTensor priority) => Matches(
            new PriorityDispatch(experts, capacity), [new Source(seed).Slots(priority.Shape[0], slots, experts), priority],
            (gpu, v) => GpuKernels.PriorityDispatch(gpu, v.Indices(0), v.In(1), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2), Capacity: capacity), 0);
    }

    [Fact]
    public void PriorityDispatch_ExpertThatIsNot_IsDropped()
    {
        using GpuOpViews views = new(TestDevice.Instance, [TestTensor.I32([3, 1], 3, -2, 1), TestTensor.F32([3], 1, 2, 3)], [[3], [4], [3, 1]]);
        GpuKernels.PriorityDispatch(
            TestDevice.Instance, views.Indices(0), views.In(1), views.OutIndices(0), views.OutIndices(1), views.OutIndices(2), Capacity: 2);
        Assert.Equal([2, -1, -1], views.OutIndices(0).ToArray());
        Assert.Equal([0, 0, 1, 1], views.OutIndices(1).ToArray());
        Assert.Equal([-1, -1, 0], views.OutIndices(2).ToArray());
    }
}
