namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The width and the height of what goes through shared memory at a time.</summary>
    private const int TransposeTile = 32;

    /// <summary>y = x with its axes in another order: axis i of y is axis Order[i] of x.</summary>
    public static void Transpose(GpuDevice gpu, View<float> x, View<float> y, ReadOnlySpan<int> Order)
    {
        // The axes of y, as few as there can be, with the strides of x along them.
        Span<int> extents = stackalloc int[Extents.MaximumRank];
        Span<long> strides = stackalloc long[Extents.MaximumRank];
        int rank = 0;
        foreach (int axis in Order)
        {
            long stride = 1;
            for (int inner = axis + 1; inner < x.Rank; inner++)
                stride *= x.Extents[inner];
            int extent = x.Extents[axis];
            if (extent == 1)
                continue;
            if (rank > 0 && strides[rank - 1] == stride * extent)
                (extents[rank - 1], strides[rank - 1]) = (checked(extents[rank - 1] * extent), stride);
            else
                (extents[rank], strides[rank++]) = (extent, stride);
        }
        int turned = strides[..rank].IndexOf(1);
        bool isTiled = !gpu.Traits.IsProcessor && turned >= 0 && turned < rank - 1 && Math.Min(extents[turned], extents[rank - 1]) >= TransposeTile / 4;
        StridedIndex from = default, to = default;
        long toStride = 1, turnedStride = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            if (axis == turned)
                turnedStride = toStride;
            if (!isTiled || (axis != turned && axis != rank - 1))
            {
                from.Add(extents[axis], strides[axis]);
                to.Add(extents[axis], toStride);
            }
            toStride *= extents[axis];
        }
        if (!isTiled)
        {
            CopyStrided(gpu, gpu.Array(x), from, y, y.Count);
            return;
        }
        (int height, int width) = (extents[rank - 1], extents[turned]);
        long tiles = y.Count / height / width * Work.Groups(width, TransposeTile) * Work.Groups(height, TransposeTile);
        gpu.Launch(
            TurnTile, Work.PerRow(checked((int)tiles), gpu.Traits.ElementGroup, bytes: 8 * y.Count),
            gpu.Array(x), gpu.Array(y), from, to, width, height, strides[rank - 1], turnedStride);
    }

    /// <summary>A tile of a plane: x is contiguous along its width, y along its height.</summary>
    private static void TurnTile(
        ArrayView<float> x, ArrayView<float> y, StridedIndex from, StridedIndex to, int width, int height, long fromStride, long toStride)
    {
        // A row of the tile begins one bank after the row before, so that its columns are read from different banks.
        ArrayView<float> tile = SharedMemory.Allocate<float>(TransposeTile * (TransposeTile + 1));
        int across = (width + TransposeTile - 1) / TransposeTile;
        int down = (height + TransposeTile - 1) / TransposeTile;
        int rest = Grid.IdxX / across;
        int left = (Grid.IdxX - rest * across) * TransposeTile;
        int plane = rest / down;
        int top = (rest - plane * down) * TransposeTile;
        long source = from.OffsetOf((uint)plane) + top * fromStride + left;
        long target = to.OffsetOf((uint)plane) + left * toStride + top;
        for (int i = Group.IdxX; i < TransposeTile * TransposeTile; i += Group.DimX)
        {
            int column = i % TransposeTile, row = i / TransposeTile;
            if (left + column < width && top + row < height)
                tile[row * (TransposeTile + 1) + column] = x[source + row * fromStride + column];
        }
        Intrinsics.Barrier();
        for (int i = Group.IdxX; i < TransposeTile * TransposeTile; i += Group.DimX)
        {
            int row = i % TransposeTile, column = i / TransposeTile;
            if (left + column < width && top + row < height)
                y[target + column * toStride + row] = tile[row * (TransposeTile + 1) + column];
        }
    }
}
