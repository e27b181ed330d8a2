using MoECompiler.Generators.Tests.Support;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>The kernels of products whose sums go on over a second pair of operands; the tests of the GPU assembly compile and run the file that is kept here.</summary>
public class PairSnapshotTests
{
    private const int Depth = 8;

    [Fact]
    public void Pairs_OfEachKind_AreWhatIsEmitted()
    {
        ProductCalls calls = new(), narrow = calls.Of(DType.BF16);
        foreach ((bool b, bool second) in (ReadOnlySpan<(bool, bool)>)[(true, true), (false, false), (true, false)])
        {
            MatMul(calls, calls, b, second, 60, 60);
            Grouped(calls, calls, b, second, gathers: b, secondGathers: !second);
            MatMul(narrow, calls, b, second, 60, 60);
        }
        // Sizes that each form of a tile suits best.
        foreach ((int rows, int columns) in (ReadOnlySpan<(int, int)>)[(2_000, 2_000), (9_000, 16)])
            MatMul(calls, calls, true, true, rows, columns);
        foreach ((int rows, int columns) in (ReadOnlySpan<(int, int)>)[(2_000, 2_000), (32, 9_000)])
            MatMul(narrow, calls, true, true, rows, columns);
        MatMul(narrow, narrow, true, true, 60, 60);
        MatMul(narrow, narrow, false, true, 60, 60);
        Grouped(narrow, calls, true, true, gathers: true, secondGathers: false);

        ScalarExpression sum = Scalar.In(0);
        calls.Call(
            new MatMul(TransposeB: true, Epilogue: Scalar.Relu(sum + Scalar.In(1)), Second: new SecondPair(TransposeB: true)),
            ProductCalls.F32(60, 32), ProductCalls.F32(30, 32), ProductCalls.F32(60, Depth), ProductCalls.F32(30, Depth), ProductCalls.F32(30));
        calls.Call(
            new MatMul(TransposeB: true, Result: DType.BF16, Second: new SecondPair(TransposeB: true)),
            narrow.Stored(60, 32), narrow.Stored(30, 32), ProductCalls.F32(60, Depth), ProductCalls.F32(30, Depth));
        Snapshot.Matches("Pairs", new Dictionary<string, string>
        {
            ["EmittedPairs.g.cs"] = calls.Emit("EmittedPairs", "Products of two pairs of operands, as PairSnapshotTests has them emitted."),
        });
    }

    private static void MatMul(ProductCalls first, ProductCalls second, bool transposeB, bool secondTransposeB, int rows, int columns) => first.Call(
        new MatMul(TransposeB: transposeB, Second: new SecondPair(secondTransposeB)),
        first.Matrix(false, rows, 32), first.Matrix(transposeB, 32, columns), second.Matrix(false, rows, Depth), second.Matrix(secondTransposeB, Depth, columns));

    /// <summary>By experts in order and, where rows are those of pairs of token and slot, in none, and their combination.</summary>
    private static void Grouped(ProductCalls first, ProductCalls second, bool transposeB, bool secondTransposeB, bool gathers, bool secondGathers)
    {
        GroupedMatMul op = new(gathers, transposeB, Second: new SecondPair(secondTransposeB, secondGathers));
        TensorType[] operands =
        [
            first.Stored(gathers ? 50 : 100, 32), first.Weights(transposeB), ProductCalls.I32(100), ProductCalls.I32(9),
            second.Stored(secondGathers ? 50 : 100, Depth), secondTransposeB ? second.Stored(8, 30, Depth) : second.Stored(8, Depth, 30),
        ];
        first.Call(op, operands);
        first.CallUnsorted(op, operands);
        operands[0] = first.Stored(100, 32);
        operands[4] = second.Stored(100, Depth);
        first.CallCombine(op with { GatherRows = false, Second = new SecondPair(secondTransposeB) }, operands);
    }
}
