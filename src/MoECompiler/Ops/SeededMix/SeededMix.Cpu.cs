namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>What a random number costs beside a multiplication and an addition.</summary>
    private const int RandomWork = 16;

    /// <summary>y[g] = offset + sum_i coefficients[g, i] * basis_i / sqrt(ScaleOf), the basis drawn as it is needed.</summary>
    public static void SeededMix(CpuDevice cpu, View<float> coefficients, View<float> y, ulong Seed, int Matrix, bool IsShared, int ScaleOf, int OffsetOf)
    {
        SeededWork work = new(Seed, Matrix, IsShared, y, coefficients.Columns, ScaleOf);
        cpu.RunRows(
            new SeededMixChunks(work, coefficients.Pointer, y.Pointer, OffsetOf == 0 ? 0 : 1 / MathF.Sqrt(OffsetOf)),
            work.Chunks * work.Bases, (RandomWork + (long)work.GroupsOfBasis) * work.Count * SeededBasis.Chunk / SixteenLanes.Count);
    }

    /// <summary>dCoefficients[g, i] = sum over the elements of dy[g] * basis_i / sqrt(ScaleOf), the basis drawn again.</summary>
    public static void SeededMixGradient(CpuDevice cpu, View<float> dy, View<float> dCoefficients, ulong Seed, int Matrix, bool IsShared, int ScaleOf)
    {
        SeededWork work = new(Seed, Matrix, IsShared, dy, dCoefficients.Columns, ScaleOf);
        cpu.RunRows(
            new SeededMixGradientNumbers(work, dy.Pointer, dCoefficients.Pointer),
            work.Strips * work.Bases, (RandomWork + (long)work.GroupsOfBasis) * SeededMixGradientNumbers.Strip * work.Elements / SixteenLanes.Count);
    }

    /// <summary>What the two kernels know of a basis and of the matrices that are made of it.</summary>
    internal readonly struct SeededWork(ulong seed, int matrix, bool isShared, View<float> matrices, int count, int scaleOf)
    {
        /// <summary>Of a matrix.</summary>
        public readonly int Elements = matrices.Extents[matrices.Rank - 1] * matrices.Extents[matrices.Rank - 2];

        /// <summary>The matrices of a basis.</summary>
        public readonly int Count = count;

        public readonly float Scale = 1 / MathF.Sqrt(scaleOf);

        private readonly int _groups = checked((int)(matrices.Count / Math.Max(1, matrices.Extents[matrices.Rank - 1] * matrices.Extents[matrices.Rank - 2])));

        public int Chunks => (Elements + SeededBasis.Chunk - 1) / SeededBasis.Chunk;

        public int Strips => (Count + SeededMixGradientNumbers.Strip - 1) / SeededMixGradientNumbers.Strip;

        /// <summary>How many bases there are: one, or one for each matrix that is made.</summary>
        public int Bases => isShared ? Math.Min(1, _groups) : _groups;

        /// <summary>How many matrices are made of each basis.</summary>
        public int GroupsOfBasis => isShared ? _groups : 1;

        /// <summary>A chunk of elements of matrix <paramref name="number"/> of a basis, sixteen together and <paramref name="stride"/> apart.</summary>
        public void Draw(int basis, long number, int first, float* elements, int stride) =>
            SeededBasis.Draw(new RandomState(seed, number, basis), matrix, first, elements, stride);
    }
}
