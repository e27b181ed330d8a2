using MoECompiler.Ops;

namespace MoECompiler;

/// <summary>How a matrix is made of its coefficients; see <see cref="SeededMix"/>.</summary>
/// <param name="Seed">The key of the generator.</param>
/// <param name="Matrix">The number of the basis.</param>
/// <param name="IsShared">All groups are of one basis.</param>
/// <param name="ScaleOf">The sum is divided by its root.</param>
/// <param name="OffsetOf">The offset is uniform within 1 / sqrt(OffsetOf); 0 for no offset.</param>
/// <param name="Rows">Of the matrix.</param>
/// <param name="Columns">Of the matrix.</param>
public readonly record struct SeededFactor(ulong Seed, int Matrix, bool IsShared, int ScaleOf, int OffsetOf, int Rows, int Columns)
{
    /// <summary>The matrix of each group.</summary>
    internal float[] Make(float[] coefficients, int count)
    {
        using CpuDevice cpu = new(1);
        View<float> given = cpu.Upload<float>(coefficients, [coefficients.Length / count, count]);
        View<float> made = cpu.New<float>(given.Rows, Rows, Columns);
        Kernels.SeededMix(cpu, given, made, Seed, Matrix, IsShared, ScaleOf, OffsetOf);
        return made.ToArray();
    }

    /// <summary>Adds to zeroes row <paramref name="row"/> of a group's matrix, without its offset.</summary>
    internal void AddRow(Span<float> sums, long group, int row, ReadOnlySpan<float> coefficients)
    {
        uint[] words = new uint[Columns];
        float scale = 1 / MathF.Sqrt(ScaleOf);
        for (int number = 0; number < coefficients.Length; number++)
        {
            Philox.Fill(new RandomState(Seed, number, IsShared ? 0 : (int)group), Matrix, (long)row * Columns, words);
            for (int i = 0; i < words.Length; i++)
                sums[i] += coefficients[number] * scale * SeededBasis.Number(words[i]);
        }
    }
}
