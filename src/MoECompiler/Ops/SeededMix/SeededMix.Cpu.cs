using System.Runtime.CompilerServices;

namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>What a random number costs beside an addition.</summary>
    private const int RandomWork = 8;

    /// <summary>Matrices that one pass over a basis serves; more take further passes.</summary>
    private const int GroupsAtOnce = 64;

    /// <summary>y[g] = offset + sum_i coefficients[g, i] * basis_i / sqrt(ScaleOf), the basis drawn as it is needed.</summary>
    public static void SeededMix(CpuDevice cpu, View<float> coefficients, View<float> y, ulong Seed, int Matrix, bool IsShared, int ScaleOf, int OffsetOf)
    {
        SeededWork work = new(Seed, Matrix, IsShared, y, coefficients.Columns, ScaleOf);
        cpu.RunRows(
            new SeededMixChunks(work, coefficients.Pointer, y.Pointer, OffsetOf == 0 ? 0 : 1 / MathF.Sqrt(OffsetOf)),
            work.Chunks * work.Bases, (RandomWork + (long)work.GroupsOfBasis) * work.Count * Distributions.Chunk);
    }

    /// <summary>dCoefficients[g, i] = sum over the elements of dy[g] * basis_i / sqrt(ScaleOf), the basis drawn again.</summary>
    public static void SeededMixGradient(CpuDevice cpu, View<float> dy, View<float> dCoefficients, ulong Seed, int Matrix, bool IsShared, int ScaleOf)
    {
        SeededWork work = new(Seed, Matrix, IsShared, dy, dCoefficients.Columns, ScaleOf);
        cpu.RunRows(
            new SeededMixGradientNumbers(work, dy.Pointer, dCoefficients.Pointer),
            work.Count * work.Bases, (RandomWork + (long)work.GroupsOfBasis) * work.Elements);
    }

    /// <summary>What the two kernels know of a basis and of the matrices that are made of it.</summary>
    private readonly struct SeededWork(ulong seed, int matrix, bool isShared, View<float> matrices, int count, int scaleOf)
    {
        /// <summary>Of a matrix.</summary>
        public readonly int Elements = matrices.Extents[matrices.Rank - 1] * matrices.Extents[matrices.Rank - 2];

        /// <summary>The matrices of a basis.</summary>
        public readonly int Count = count;

        public readonly float Scale = 1 / MathF.Sqrt(scaleOf);

        private readonly int _groups = checked((int)(matrices.Count / Math.Max(1, matrices.Extents[matrices.Rank - 1] * matrices.Extents[matrices.Rank - 2])));

        public int Chunks => (Elements + Distributions.Chunk - 1) / Distributions.Chunk;

        /// <summary>How many bases there are: one, or one for each matrix that is made.</summary>
        public int Bases => isShared ? Math.Min(1, _groups) : _groups;

        /// <summary>How many matrices are made of each basis.</summary>
        public int GroupsOfBasis => isShared ? _groups : 1;

        /// <summary>Up to a chunk of elements of matrix <paramref name="number"/> of a basis; the chunk is padded with 0.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Draw<V>(int basis, long number, int first, float* elements) where V : unmanaged, ILanes<V>
        {
            int count = Math.Min(Distributions.Chunk, Elements - first);
            Distributions.FillChunk<V>(NoiseKind.Uniform, new RandomState(seed, number, basis), matrix, first, elements, count);
            for (int i = 0; i < Distributions.Chunk; i += V.Count)
                V.FusedMultiplyAdd(V.Of(2), V.Load(elements + i), V.Of(-1)).Store(elements + i);
            new Span<float>(elements + count, Distributions.Chunk - count).Clear();
        }
    }

    /// <summary>A chunk of elements of all matrices of a basis.</summary>
    private readonly struct SeededMixChunks(SeededWork work, float* coefficients, float* y, float offset) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            float* basis = stackalloc float[Distributions.Chunk];
            float* offsets = stackalloc float[Distributions.Chunk];
            float* sums = stackalloc float[GroupsAtOnce * Distributions.Chunk];
            for (int task = first; task < end; task++)
            {
                int of = task / work.Chunks, from = task % work.Chunks * Distributions.Chunk;
                if (offset != 0)
                    work.Draw<V>(of, SeededBasis.Offset, from, offsets);
                for (int group = 0; group < work.GroupsOfBasis; group += GroupsAtOnce)
                    Mix<V>(of, from, of * work.GroupsOfBasis + group, Math.Min(GroupsAtOnce, work.GroupsOfBasis - group), basis, offsets, sums);
            }
        }

        private void Mix<V>(int of, int from, int group, int groups, float* basis, float* offsets, float* sums) where V : unmanaged, ILanes<V>
        {
            new Span<float>(sums, groups * Distributions.Chunk).Clear();
            for (int number = 0; number < work.Count; number++)
            {
                work.Draw<V>(of, number, from, basis);
                for (int g = 0; g < groups; g++)
                {
                    V factor = V.Of(coefficients[(long)(group + g) * work.Count + number]);
                    float* sum = sums + g * Distributions.Chunk;
                    for (int i = 0; i < Distributions.Chunk; i += V.Count)
                        V.FusedMultiplyAdd(factor, V.Load(basis + i), V.Load(sum + i)).Store(sum + i);
                }
            }
            int count = Math.Min(Distributions.Chunk, work.Elements - from);
            for (int g = 0; g < groups; g++)
            {
                float* sum = sums + g * Distributions.Chunk, to = y + (long)(group + g) * work.Elements + from;
                for (int i = 0; i < Distributions.Chunk; i += V.Count)
                {
                    V mixed = V.Load(sum + i) * V.Of(work.Scale);
                    (offset == 0 ? mixed : V.FusedMultiplyAdd(V.Load(offsets + i), V.Of(offset), mixed)).Store(sum + i);
                }
                new ReadOnlySpan<float>(sum, count).CopyTo(new Span<float>(to, count));
            }
        }
    }

    /// <summary>The gradients of one number's coefficients, for all matrices of a basis.</summary>
    private readonly struct SeededMixGradientNumbers(SeededWork work, float* dy, float* dCoefficients) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            float* basis = stackalloc float[Distributions.Chunk];
            float* sums = stackalloc float[GroupsAtOnce * SixteenLanes.Count];
            for (int task = first; task < end; task++)
            {
                int of = task / work.Count, number = task % work.Count;
                for (int group = 0; group < work.GroupsOfBasis; group += GroupsAtOnce)
                    Dot<V>(of, number, of * work.GroupsOfBasis + group, Math.Min(GroupsAtOnce, work.GroupsOfBasis - group), basis, sums);
            }
        }

        private void Dot<V>(int of, int number, int group, int groups, float* basis, float* sums) where V : unmanaged, ILanes<V>
        {
            new Span<float>(sums, groups * V.Count).Clear();
            for (int from = 0; from < work.Elements; from += Distributions.Chunk)
            {
                work.Draw<V>(of, number, from, basis);
                int count = Math.Min(Distributions.Chunk, work.Elements - from);
                for (int g = 0; g < groups; g++)
                {
                    float* element = dy + (long)(group + g) * work.Elements + from;
                    V sum = V.Load(sums + g * V.Count);
                    int i = 0;
                    for (; i + V.Count <= count; i += V.Count)
                        sum = V.FusedMultiplyAdd(V.Load(element + i), V.Load(basis + i), sum);
                    if (i < count)
                        sum = V.FusedMultiplyAdd(Part.Load<V>(element + i, count - i, 0), V.Load(basis + i), sum);
                    sum.Store(sums + g * V.Count);
                }
            }
            for (int g = 0; g < groups; g++)
            {
                float sum = 0;
                for (int lane = 0; lane < V.Count; lane++)
                    sum += sums[g * V.Count + lane];
                dCoefficients[(long)(group + g) * work.Count + number] = sum * work.Scale;
            }
        }
    }
}
