using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(AdapterOfRow), typeof(AdapterPairs), typeof(Reorder))]
public class AdapterRowsTests : OpTest
{
    private static readonly Gen<(int Tokens, int Experts, int Slots, int Adapters, int Seed)> s_shapes =
        Gen.Select(Extent, Gen.Int[1, 9], Gen.Int[1, 4], Gen.Int[1, 6], Gen.Int);

    [Fact]
    public void AdapterOfRow_AnyRowsASample_MatchesTheDefinition() => Gen.Select(Extent, Gen.Int[0, 7], Gen.Int[1, 5], Gen.Int).Sample(
        (samples, each, adapters, seed) => Matches(
            new AdapterOfRow(samples * each, adapters), [new Source(seed).Indices(adapters, samples)],
            (cpu, v) => Kernels.AdapterOfRow(cpu, v.Indices(0), v.OutIndices(0), Adapters: adapters), 0),
        iter: Cases);

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void AdapterOfRow_AdapterThatIsNot_IsNamed(int outside)
    {
        using CpuDevice cpu = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.AdapterOfRow(cpu, cpu.Upload<int>([2, outside], 2), cpu.New<int>(4), Adapters: 3));
        Assert.Equal($"The adapter at position 1 is {outside}; there are 3, numbered from 0.", error.Message);
    }

    [Fact]
    public void AdapterPairs_AnyDispatch_MatchesTheDefinition() => s_shapes.Sample(
        (tokens, experts, slots, adapters, seed) =>
        {
            (TestTensor chosen, IReadOnlyDictionary<string, ReferenceTensor> dispatch) = Dispatched(new Source(seed), tokens, experts, slots, adapters);
            Matches(
                new AdapterPairs(), [chosen, Integers(dispatch["y1"]), Integers(dispatch["y2"])],
                (cpu, v) => Kernels.AdapterPairs(cpu, v.Indices(0), v.Indices(1), v.Indices(2), v.OutIndices(0)), 0);
        },
        iter: Cases);

    /// <summary>Worked out by hand: experts without rows are passed by, and a slot that was dropped has none.</summary>
    [Fact]
    public void AdapterPairs_EmptyExpertsAndDroppedSlots_AreNumbered()
    {
        using CpuDevice cpu = new(1);
        View<int> pairs = cpu.New<int>(2, 2);
        Kernels.AdapterPairs(cpu, cpu.Upload<int>([2, 1], 2), cpu.Upload<int>([0, 0, 2, 2, 3], 5), cpu.Upload<int>([0, 2, -1, 1], 2, 2), pairs);
        Assert.Equal([8 + 1, 8 + 3, -1, 4 + 1], pairs.Span.ToArray());
    }

    [Fact]
    public void Reorder_BetweenTwoDispatches_MatchesTheDefinition() => Gen.Select(s_shapes, Extent).Sample(
        (shape, columns) => Check(shape.Tokens, shape.Experts, shape.Slots, shape.Adapters, columns, shape.Seed), iter: Cases);

    [Fact]
    public void Reorder_RowsThatThreadsShare_MatchesTheDefinition() => Check(4_001, 5, 2, 3, 33, 1);

    private static void Check(int tokens, int experts, int slots, int adapters, int columns, int seed)
    {
        Source source = new(seed);
        (TestTensor chosen, IReadOnlyDictionary<string, ReferenceTensor> dispatch) = Dispatched(source, tokens, experts, slots, adapters);
        (TestTensor order, TestTensor offsets, TestTensor position) = (Integers(dispatch["y0"]), Integers(dispatch["y1"]), Integers(dispatch["y2"]));
        TestTensor pairs = Integers(Define(new AdapterPairs(), [chosen, offsets, position]).Values["y0"]);
        TestTensor other = Integers(Define(new Dispatch(adapters * experts), [pairs]).Values["y0"]);
        TestTensor back = Integers(Define(new Dispatch(adapters * experts), [pairs]).Values["y2"]);
        TestTensor rows = source.Normal(tokens * Math.Min(slots, experts), columns);
        Matches(new Reorder(), [rows, position, other], (cpu, v) => Kernels.Reorder(cpu, v.In(0), v.Indices(1), v.Indices(2), v.Out()), 0);
        Matches(new Reorder(), [rows, back, order], (cpu, v) => Kernels.Reorder(cpu, v.In(0), v.Indices(1), v.Indices(2), v.Out()), 0);
    }

    /// <summary>An adapter for each token, and a dispatch that drops some of its slots.</summary>
    private static (TestTensor Adapters, IReadOnlyDictionary<string, ReferenceTensor> Dispatch) Dispatched(Source source, int tokens, int experts, int slots, int adapters) => (
        source.Indices(adapters, tokens),
        Define(new Dispatch(experts, Capacity: 1 + tokens / 2), [source.Choices(tokens, Math.Min(slots, experts), experts)]).Values);
}
