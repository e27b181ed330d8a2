using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>The gradient rules of the products; their kernels are tested in classes of their own.</summary>
public class ProductGradientTests : OpTest
{
    private readonly Source _source = new(11);

    [Fact]
    public void MatMul_BothOperands_HaveTheGradientOfTheirDifferences()
    {
        GradientCheck.Check(new MatMul(), _source.Normal(2, 3, 4), _source.Normal(4, 5));
        GradientCheck.Check(new MatMul(TransposeB: true), _source.Normal(2, 3, 4), _source.Normal(5, 4));
        GradientCheck.Check(new MatMul(TransposeA: true), _source.Normal(2, 3, 4), _source.Normal(2, 3, 5));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void BatchMatMul_BothOperands_HaveTheGradientOfTheirDifferences(bool transposeA, bool transposeB) => GradientCheck.Check(
        new BatchMatMul(transposeA, transposeB),
        transposeA ? _source.Normal(2, 4, 3) : _source.Normal(2, 3, 4), transposeB ? _source.Normal(2, 5, 4) : _source.Normal(2, 4, 5));

    /// <summary>Expert 3 of 4 is never chosen; a capacity of 2 leaves rows without a pair.</summary>
    [Theory]
    [InlineData(false, false, 99)]
    [InlineData(false, true, 2)]
    [InlineData(true, false, 2)]
    [InlineData(true, true, 99)]
    public void GroupedMatMul_RowsAndWeights_HaveTheGradientOfTheirDifferences(bool gatherRows, bool transposeB, int capacity)
    {
        (TestTensor order, TestTensor offsets) = Route(5, 2, 3, 4, capacity);
        GradientCheck.Check(
            new GroupedMatMul(gatherRows, transposeB), gatherRows ? _source.Normal(5, 3) : _source.Normal(10, 3),
            transposeB ? _source.Normal(4, 2, 3) : _source.Normal(4, 3, 2), order, offsets);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(2)]
    public void GroupedBias_RowsAndBias_HaveTheGradientOfTheirDifferences(int capacity)
    {
        (_, TestTensor offsets) = Route(5, 2, 3, 4, capacity);
        GradientCheck.Check(new GroupedBias(), _source.Normal(10, 3), _source.Normal(4, 3), offsets);
    }

    /// <summary>Order and offsets of a routing to the first <paramref name="chosen"/> of the experts.</summary>
    private (TestTensor Order, TestTensor Offsets) Route(int tokens, int slots, int chosen, int experts, int capacity)
    {
        IReadOnlyDictionary<string, ReferenceTensor> values = Define(new Dispatch(experts, capacity), [_source.Choices(tokens, slots, chosen)]).Values;
        return (Integers(values["y0"]), Integers(values["y1"]));
    }
}
