using MoECompiler.Graphs;
using MoECompiler.Plans;
using Xunit;

namespace MoECompiler.Tests.Plans;

public class PlanTests
{
    private static readonly Size A = Size.Symbol("A"), B = Size.Symbol("B");

    private static Func<string, long> Bind(long a, long b) => name => name == "A" ? a : b;

    [Fact]
    public void Slot_Bytes_AreThoseOfTheLargestValueUpToACacheLine()
    {
        Slot slot = new(0, [new Value("x", TensorType.F32(A)), new Value("y", TensorType.I32(B, 2))]);
        Assert.Equal(64, slot.Bytes(Bind(1, 1)));
        Assert.Equal(64, slot.Bytes(Bind(16, 1)));
        Assert.Equal(128, slot.Bytes(Bind(17, 1)));
        Assert.Equal(192, slot.Bytes(Bind(17, 20)));
        Assert.Equal(0, slot.Bytes(Bind(0, 0)));
    }

    [Fact]
    public void Slot_Bytes_AreThoseOfTheElements() => Assert.Equal(64, new Slot(0, [new Value("x", TensorType.F16(A))]).Bytes(Bind(32, 1)));

    [Fact]
    public void Slot_Types_AreEachNumberOfBytesOnce()
    {
        Slot slot = new(0, [new Value("x", TensorType.F32(A, B)), new Value("y", TensorType.F32(B, A)), new Value("z", TensorType.BF16(A, B))]);
        Assert.Equal([TensorType.F32(A, B), TensorType.BF16(A, B)], slot.Types);
    }

    [Fact]
    public void Plan_Bytes_AreTheSumOfTheSlotsAndWithoutReuseOfTheValues()
    {
        Slot first = new(0, [new Value("x", TensorType.F32(A)), new Value("y", TensorType.F32(B))]);
        Slot second = new(1, [new Value("z", TensorType.F32())]);
        Graph graph = new GraphBuilder().Build("Empty");
        Plan plan = new(graph, [first, second], new Dictionary<string, Place>(), new Dictionary<string, LoopPlan>());
        Assert.Equal(128 + 64, plan.Bytes(Bind(20, 30)));
        Assert.Equal(128 + 128 + 64, plan.BytesWithoutReuse(Bind(20, 30)));
    }
}
