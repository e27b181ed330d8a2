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
    /// <summary>The matrix of each group of one adapter or of several: a basis that groups share is drawn once for all of them.</summary>
    /// <param name="cpu">What makes them.</param>
    /// <param name="coefficients">f32[Adapters * Groups, Count].</param>
    /// <param name="count">Of a matrix.</param>
    /// <param name="groups">Of an adapter.</param>
    internal float[] Make(CpuDevice cpu, float[] coefficients, int count, int groups)
    {
        View<float> given = cpu.Upload<float>(coefficients, [coefficients.Length / count, count]);
        View<float> made = cpu.New<float>(given.Rows, Rows, Columns);
        int together = IsShared ? given.Rows : groups;
        for (int first = 0; first < given.Rows; first += together)
            Kernels.SeededMix(
                cpu, given.Part(first * count, new Extents(together, count)), made.Part((long)first * Rows * Columns, new Extents(together, Rows, Columns)), Seed, Matrix, IsShared, ScaleOf, OffsetOf);
        float[] matrices = made.ToArray();
        given.Buffer.Dispose();
        made.Buffer.Dispose();
        return matrices;
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
