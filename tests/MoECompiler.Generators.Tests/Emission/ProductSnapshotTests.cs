using MoECompiler.Generators.Tests.Support;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>
/// The kernels of products of every kind. The tests of the GPU assembly compile the very file that is kept here, and compare what its
/// kernels compute with the definitions.
/// </summary>
public class ProductSnapshotTests
{
    [Fact]
    public void Products_OfEachKind_AreWhatIsEmitted()
    {
        ProductCalls calls = new();
        ScalarExpression sum = Scalar.In(0);
        foreach ((bool a, bool b) in (ReadOnlySpan<(bool, bool)>)[(false, false), (false, true), (true, false), (true, true)])
        {
            if (!a || !b)
            {
                // Sizes that each form of a tile suits best.
                foreach ((int rows, int columns) in (ReadOnlySpan<(int, int)>)[(64, 64), (2_000, 2_000), (1_000, 1_000), (9_000, 32), (9_000, 16)])
                    calls.MatMul(a, b, rows, columns);
            }
            calls.Call(new BatchMatMul(a, b), calls.Matrix(a, 30, 32), calls.Matrix(b, 32, 30));
            calls.Call(new GroupedMatMul(GatherRows: a, TransposeB: b), ProductCalls.F32(a ? 50 : 100, 32), calls.Weights(b), ProductCalls.I32(100), ProductCalls.I32(9));
            calls.CallUnsorted(new GroupedMatMul(GatherRows: a, TransposeB: b), ProductCalls.F32(a ? 50 : 100, 32), calls.Weights(b), ProductCalls.I32(100), ProductCalls.I32(9));
            if (!a)
                calls.CallCombine(new GroupedMatMul(GatherRows: false, TransposeB: b), ProductCalls.F32(100, 32), calls.Weights(b), ProductCalls.I32(100), ProductCalls.I32(9));
            calls.Call(new GroupedWeightGradient(GatherRows: a, TransposeB: b), ProductCalls.F32(a ? 50 : 100, 32), ProductCalls.F32(100, 30), ProductCalls.I32(100), ProductCalls.I32(9));
        }
        calls.Call(new GroupedMatMul(true, true), ProductCalls.F32(20_000, 32), ProductCalls.F32(8, 64, 32), ProductCalls.I32(40_000), ProductCalls.I32(9));

        calls.Call(new GroupedMatMul(true, true, Slots: Size.Symbol("E")), ProductCalls.F32(50, 32), ProductCalls.F32(8, 30, 32), ProductCalls.I32(100), ProductCalls.I32(9));
        calls.Call(new GroupedWeightGradient(true, true, Size.Symbol("E")), ProductCalls.F32(50, 32), ProductCalls.F32(100, 30), ProductCalls.I32(100), ProductCalls.I32(9));

        calls.Call(new MatMul(TransposeB: true, Epilogue: Scalar.Relu(sum + Scalar.In(1))), ProductCalls.F32(60, 32), ProductCalls.F32(30, 32), ProductCalls.F32(30));
        ScalarExpression all = Scalar.Tanh(sum * Scalar.In(1) + Scalar.In(2)) - Scalar.In(3) / Scalar.In(4) * Scalar.Extent(Size.Symbol("Width"));
        calls.Call(new MatMul(Epilogue: all), ProductCalls.F32(60, 32), ProductCalls.F32(32, 30), ProductCalls.F32(60, 1), ProductCalls.F32(30), ProductCalls.F32(60, 30), ProductCalls.F32(1));
        GroupedMatMul grouped = new(true, true, Scalar.Exp(sum) + Scalar.In(1));
        calls.Call(grouped, ProductCalls.F32(50, 32), ProductCalls.F32(8, 30, 32), ProductCalls.I32(100), ProductCalls.I32(9), ProductCalls.F32(100, 30));
        calls.CallUnsorted(grouped, ProductCalls.F32(50, 32), ProductCalls.F32(8, 30, 32), ProductCalls.I32(100), ProductCalls.I32(9), ProductCalls.F32(100, 30));

        Snapshot.Matches("Products", new Dictionary<string, string>
        {
            ["EmittedProducts.g.cs"] = calls.Emit("EmittedProducts", "Products of every kind, as ProductSnapshotTests has them emitted."),
        });
    }

    /// <summary>Operands of 16 bits: each layout in each form of a tile for tensor cores, and results that are rounded.</summary>
    [Fact]
    public void NarrowProducts_OfEachKind_AreWhatIsEmitted()
    {
        ProductCalls calls = new(DType.BF16);
        ScalarExpression sum = Scalar.In(0);
        foreach ((bool a, bool b) in (ReadOnlySpan<(bool, bool)>)[(false, false), (false, true), (true, false), (true, true)])
        {
            if (!a || !b)
            {
                foreach ((int rows, int columns) in (ReadOnlySpan<(int, int)>)[(2_000, 2_000), (1_000, 1_000), (32, 9_000), (9_000, 32), (16, 9_000)])
                    calls.MatMul(a, b, rows, columns);
            }
            calls.Call(new BatchMatMul(a, b), calls.Matrix(a, 30, 32), calls.Matrix(b, 32, 30));
            GroupedMatMul grouped = new(GatherRows: a, TransposeB: b);
            calls.Call(grouped, calls.Stored(a ? 50 : 100, 32), calls.Weights(b), ProductCalls.I32(100), ProductCalls.I32(9));
            calls.CallUnsorted(grouped, calls.Stored(a ? 50 : 100, 32), calls.Weights(b), ProductCalls.I32(100), ProductCalls.I32(9));
            if (!a)
                calls.CallCombine(grouped, calls.Stored(100, 32), calls.Weights(b), ProductCalls.I32(100), ProductCalls.I32(9));
            calls.Call(
                new GroupedWeightGradient(GatherRows: a, TransposeB: b), calls.Stored(a ? 50 : 100, 32), calls.Stored(100, 30), ProductCalls.I32(100), ProductCalls.I32(9));
        }
        calls.Call(new GroupedMatMul(true, true), calls.Stored(20_000, 32), calls.Stored(8, 64, 32), ProductCalls.I32(40_000), ProductCalls.I32(9));
        calls.Call(new GroupedWeightGradient(true, true), calls.Stored(20_000, 1_024), calls.Stored(40_000, 512), ProductCalls.I32(40_000), ProductCalls.I32(9));
        GroupedMatMul rounded = new(true, true, Scalar.Exp(sum) + Scalar.In(1), DType.BF16);
        calls.Call(rounded, calls.Stored(50, 32), calls.Weights(true), ProductCalls.I32(100), ProductCalls.I32(9), ProductCalls.F32(100, 30));
        calls.CallUnsorted(rounded, calls.Stored(50, 32), calls.Weights(true), ProductCalls.I32(100), ProductCalls.I32(9), ProductCalls.F32(100, 30));
        calls.Call(new MatMul(TransposeB: true, Epilogue: Scalar.Relu(sum + Scalar.In(1)), Result: DType.BF16), calls.Stored(60, 32), calls.Stored(30, 32), ProductCalls.F32(30));

        ProductCalls halves = calls.Of(DType.F16);
        halves.MatMul(false, true, 60, 60);
        halves.Call(new MatMul(Result: DType.F16), halves.Stored(60, 32), halves.Stored(32, 30));
        Snapshot.Matches("NarrowProducts", new Dictionary<string, string>
        {
            ["EmittedNarrowProducts.g.cs"] = calls.Emit("EmittedNarrowProducts", "Products of 16-bit operands, as ProductSnapshotTests has them emitted."),
        });
    }

    /// <summary>A matrix in 4 bits on the right: each layout in each form of a tile.</summary>
    [Fact]
    public void QuantizedProducts_OfEachKind_AreWhatIsEmitted()
    {
        ProductCalls calls = new(DType.NF4);
        foreach (bool transposeB in (ReadOnlySpan<bool>)[false, true])
        {
            foreach ((int rows, int columns) in (ReadOnlySpan<(int, int)>)[(64, 64), (2_000, 2_000)])
                calls.Call(new MatMul(TransposeB: transposeB), ProductCalls.F32(rows, 32), calls.Matrix(transposeB, 32, columns));
            foreach (bool gathers in (ReadOnlySpan<bool>)[false, true])
            {
                GroupedMatMul grouped = new(gathers, transposeB);
                TensorType x = ProductCalls.F32(gathers ? 50 : 100, 32);
                calls.Call(grouped, x, calls.Weights(transposeB), ProductCalls.I32(100), ProductCalls.I32(9));
                calls.CallUnsorted(grouped, x, calls.Weights(transposeB), ProductCalls.I32(100), ProductCalls.I32(9));
                if (!gathers)
                    calls.CallCombine(grouped, x, calls.Weights(transposeB), ProductCalls.I32(100), ProductCalls.I32(9));
            }
        }
        calls.Call(
            new MatMul(TransposeB: true, Epilogue: Scalar.Relu(Scalar.In(0) + Scalar.In(1))), ProductCalls.F32(60, 32), calls.Matrix(true, 32, 30), ProductCalls.F32(30));
        calls.Call(new MatMul(TransposeB: true, Second: new SecondPair(true)), ProductCalls.F32(60, 32), calls.Matrix(true, 32, 30), ProductCalls.F32(60, 4), ProductCalls.F32(30, 4));
        GroupedMatMul adapted = new(GatherRows: true, TransposeB: true, Second: new SecondPair(true));
        TensorType[] operands = [ProductCalls.F32(50, 32), calls.Weights(true), ProductCalls.I32(100), ProductCalls.I32(9), ProductCalls.F32(100, 4), ProductCalls.F32(8, 30, 4)];
        calls.Call(adapted, operands);
        calls.CallUnsorted(adapted, operands);
        Snapshot.Matches("QuantizedProducts", new Dictionary<string, string>
        {
            ["EmittedQuantizedProducts.g.cs"] = calls.Emit("EmittedQuantizedProducts", "Products with a matrix in 4 bits, as ProductSnapshotTests has them emitted."),
        });
    }
}
