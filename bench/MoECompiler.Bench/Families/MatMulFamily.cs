using MoECompiler.Ops;

namespace MoECompiler.Bench.Families;

/// <summary>The plain product: large, of few rows, and both transposes that a training step needs.</summary>
public class MatMulFamily : Family
{
    public override IEnumerable<Case> Cases =>
    [
        Product(512, 2048, 1024, transposeA: false, transposeB: true),
        Product(512, 1024, 2048, transposeA: false, transposeB: false),
        Product(2048, 1024, 512, transposeA: true, transposeB: false),
        Product(64, 256, 784, transposeA: false, transposeB: true),
        Stream(1, 8192, 4096, transposeB: true),
        Stream(1, 8192, 4096, transposeB: false),
    ];

    private static Case Product(int rows, int columns, int depth, bool transposeA, bool transposeB) => new(
        Name(rows, columns, depth, transposeA, transposeB),
        Work.Flops(2.0 * rows * columns * depth),
        cpu => Prepare(cpu, rows, columns, depth, transposeA, transposeB));

    /// <summary>Few rows: every weight is read from memory for a handful of operations.</summary>
    private static Case Stream(int rows, int columns, int depth, bool transposeB) => new(
        Name(rows, columns, depth, transposeA: false, transposeB),
        Work.Bytes(4.0 * columns * depth),
        cpu => Prepare(cpu, rows, columns, depth, transposeA: false, transposeB));

    private static string Name(int rows, int columns, int depth, bool transposeA, bool transposeB) =>
        $"MatMul {rows}x{columns}, depth {depth}{(transposeA ? ", TransposeA" : "")}{(transposeB ? ", TransposeB" : "")}";

    private static Action Prepare(CpuDevice cpu, int rows, int columns, int depth, bool transposeA, bool transposeB)
    {
        View<float> a = transposeA ? Random(cpu, 1, depth, rows) : Random(cpu, 1, rows, depth);
        View<float> b = transposeB ? Random(cpu, 2, columns, depth) : Random(cpu, 2, depth, columns);
        View<float> y = cpu.New<float>(rows, columns);
        return () => Kernels.MatMul(cpu, a, b, y, transposeA, transposeB);
    }
}
