using ILGPU;

namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>Matrices that one thread makes of a block of random words.</summary>
    private const int GroupsOfThread = 4;

    /// <summary>y[g] = offset + sum_i coefficients[g, i] * basis_i / sqrt(ScaleOf), the basis drawn as it is needed.</summary>
    public static void SeededMix(GpuDevice gpu, View<float> coefficients, View<float> y, ulong Seed, int Matrix, bool IsShared, int ScaleOf, int OffsetOf)
    {
        SeededShape shape = new(Seed, Matrix, IsShared, y, coefficients.Columns, 1 / MathF.Sqrt(ScaleOf));
        gpu.Launch(
            MixedBlock, gpu.PerElement(shape.Blocks * shape.Quads, flops: 2 * y.Count * shape.Count, bytes: 4 * (coefficients.Count + y.Count)),
            gpu.Array(coefficients), gpu.Array(y), shape, OffsetOf == 0 ? 0 : 1 / MathF.Sqrt(OffsetOf));
    }

    /// <summary>dCoefficients[g, i] = sum over the elements of dy[g] * basis_i / sqrt(ScaleOf), the basis drawn again.</summary>
    public static void SeededMixGradient(GpuDevice gpu, View<float> dy, View<float> dCoefficients, ulong Seed, int Matrix, bool IsShared, int ScaleOf)
    {
        SeededShape shape = new(Seed, Matrix, IsShared, dy, dCoefficients.Columns, 1 / MathF.Sqrt(ScaleOf));
        gpu.Launch(
            DotOfNumber, gpu.PerRow(shape.Count * shape.Quads, shape.Blocks, flops: 2 * dy.Count * shape.Count, bytes: 4 * (shape.Count * dy.Count + dCoefficients.Count)),
            gpu.Array(dy), gpu.Array(dCoefficients), shape);
    }

    /// <summary>A basis and the matrices that are made of it. A quad is up to four matrices of one basis.</summary>
    internal readonly struct SeededShape
    {
        private readonly ulong _seed;
        private readonly uint _matrix;
        private readonly int _groups, _isShared;

        public SeededShape(ulong seed, int matrix, bool isShared, View<float> matrices, int count, float scale)
        {
            _seed = seed;
            _matrix = (uint)matrix;
            _isShared = isShared ? 1 : 0;
            Elements = matrices.Extents[matrices.Rank - 1] * matrices.Extents[matrices.Rank - 2];
            Count = count;
            Scale = scale;
            _groups = checked((int)(matrices.Count / Math.Max(1, Elements)));
        }

        public readonly int Elements;

        public readonly int Count;

        public readonly float Scale;

        /// <summary>Four random words each.</summary>
        public int Blocks => (Elements + 3) / 4;

        public int Quads => _isShared != 0 ? (_groups + GroupsOfThread - 1) / GroupsOfThread : _groups;

        public int FirstGroup(int quad) => _isShared != 0 ? quad * GroupsOfThread : quad;

        /// <summary>How many matrices the quad has.</summary>
        public int GroupsOf(int quad) => _isShared != 0 ? IntrinsicMath.Min(GroupsOfThread, _groups - quad * GroupsOfThread) : 1;

        /// <summary>The words of four elements of matrix <paramref name="number"/> of the quad's basis.</summary>
        public (uint X, uint Y, uint Z, uint W) Words(int quad, uint number, int block) =>
            Philox.Block((uint)block, number, _matrix, _isShared != 0 ? 0u : (uint)quad, _seed);
    }

    /// <summary>Four elements of each matrix of a quad.</summary>
    private static void MixedBlock(ArrayView<float> coefficients, ArrayView<float> y, SeededShape shape, float offset)
    {
        int task = (int)GpuIndex.ShortElement;
        int quad = task / shape.Blocks;
        int block = task - quad * shape.Blocks;
        if (quad >= shape.Quads)
            return;
        int groups = shape.GroupsOf(quad);
        long first = (long)shape.FirstGroup(quad) * shape.Count;
        // A matrix that the quad lacks is made like its first and not written.
        long second = groups > 1 ? first + shape.Count : first, third = groups > 2 ? first + 2L * shape.Count : first, fourth = groups > 3 ? first + 3L * shape.Count : first;
        Single4 sum0 = Single4.Of(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (int number = 0; number < shape.Count; number++)
        {
            Single4 basis = Basis(shape, quad, (uint)number, block);
            sum0 = Single4.MultiplyAdd(coefficients[first + number], basis, sum0);
            sum1 = Single4.MultiplyAdd(coefficients[second + number], basis, sum1);
            sum2 = Single4.MultiplyAdd(coefficients[third + number], basis, sum2);
            sum3 = Single4.MultiplyAdd(coefficients[fourth + number], basis, sum3);
        }
        Single4 added = offset == 0 ? Single4.Of(0) : Basis(shape, quad, uint.MaxValue, block) * offset;
        long at = (long)shape.FirstGroup(quad) * shape.Elements + 4L * block;
        int count = IntrinsicMath.Min(4, shape.Elements - 4 * block);
        WriteSome(y, at, count, sum0 * shape.Scale + added);
        if (groups > 1)
            WriteSome(y, at + shape.Elements, count, sum1 * shape.Scale + added);
        if (groups > 2)
            WriteSome(y, at + 2L * shape.Elements, count, sum2 * shape.Scale + added);
        if (groups > 3)
            WriteSome(y, at + 3L * shape.Elements, count, sum3 * shape.Scale + added);
    }

    /// <summary>The gradients of one number's coefficients of a quad; a group of threads shares the elements.</summary>
    private static void DotOfNumber(ArrayView<float> dy, ArrayView<float> dCoefficients, SeededShape shape)
    {
        int quad = Grid.IdxX / shape.Count;
        int number = Grid.IdxX - quad * shape.Count;
        int groups = shape.GroupsOf(quad);
        long first = (long)shape.FirstGroup(quad) * shape.Elements;
        long second = groups > 1 ? first + shape.Elements : first, third = groups > 2 ? first + 2L * shape.Elements : first, fourth = groups > 3 ? first + 3L * shape.Elements : first;
        float sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        for (int block = Group.IdxX; block < shape.Blocks; block += Group.DimX)
        {
            Single4 basis = Basis(shape, quad, (uint)number, block);
            int count = IntrinsicMath.Min(4, shape.Elements - 4 * block);
            sum0 += DotOfSome(dy, first + 4L * block, count, basis);
            sum1 += DotOfSome(dy, second + 4L * block, count, basis);
            sum2 += DotOfSome(dy, third + 4L * block, count, basis);
            sum3 += DotOfSome(dy, fourth + 4L * block, count, basis);
        }
        sum0 = RowGroup.Sum(sum0);
        sum1 = RowGroup.Sum(sum1);
        sum2 = RowGroup.Sum(sum2);
        sum3 = RowGroup.Sum(sum3);
        if (Group.IdxX != 0)
            return;
        long at = (long)shape.FirstGroup(quad) * shape.Count + number;
        dCoefficients[at] = sum0 * shape.Scale;
        if (groups > 1)
            dCoefficients[at + shape.Count] = sum1 * shape.Scale;
        if (groups > 2)
            dCoefficients[at + 2L * shape.Count] = sum2 * shape.Scale;
        if (groups > 3)
            dCoefficients[at + 3L * shape.Count] = sum3 * shape.Scale;
    }

    /// <summary>Four random numbers in [-1, 1).</summary>
    private static Single4 Basis(SeededShape shape, int quad, uint number, int block)
    {
        (uint x, uint y, uint z, uint w) = shape.Words(quad, number, block);
        return new Single4(SeededBasis.Number(x), SeededBasis.Number(y), SeededBasis.Number(z), SeededBasis.Number(w));
    }

    private static float DotOfSome(ArrayView<float> x, long at, int count, Single4 factors)
    {
        float sum = x[at] * factors.X;
        if (count > 1)
            sum += x[at + 1] * factors.Y;
        if (count > 2)
            sum += x[at + 2] * factors.Z;
        if (count > 3)
            sum += x[at + 3] * factors.W;
        return sum;
    }

    private static void WriteSome(ArrayView<float> y, long at, int count, Single4 values)
    {
        y[at] = values.X;
        if (count > 1)
            y[at + 1] = values.Y;
        if (count > 2)
            y[at + 2] = values.Z;
        if (count > 3)
            y[at + 3] = values.W;
    }
}
