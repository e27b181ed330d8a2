namespace MoECompiler.Reference;

/// <summary>Index arithmetic on dense row-major shapes, for definitions that walk over axes.</summary>
internal static class RowMajor
{
    public static int Count(IEnumerable<int> shape) => shape.Aggregate(1, static (a, b) => a * b);

    /// <summary>How far apart neighbours along each axis lie.</summary>
    public static int[] Strides(int[] shape)
    {
        int[] strides = new int[shape.Length];
        int stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    /// <summary>The strides that read <paramref name="shape"/> as if it had the extents of <paramref name="result"/>: 0 where it is repeated.</summary>
    public static int[] BroadcastStrides(int[] shape, int[] result)
    {
        int[] dense = Strides(shape);
        int[] strides = new int[result.Length];
        int missing = result.Length - shape.Length;
        for (int axis = 0; axis < shape.Length; axis++)
            strides[missing + axis] = shape[axis] == 1 ? 0 : dense[axis];
        return strides;
    }

    /// <summary>Where element <paramref name="index"/> of a dense tensor of this shape lies under other strides.</summary>
    public static int Offset(int index, int[] shape, int[] strides)
    {
        int offset = 0;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            offset += index % shape[axis] * strides[axis];
            index /= shape[axis];
        }
        return offset;
    }

    /// <summary>Splits a shape at an axis: the indices outside of it, its extent, the elements of one index.</summary>
    public static (int Outer, int Extent, int Inner) Split(int[] shape, int axis) =>
        (Count(shape.Take(axis)), shape[axis], Count(shape.Skip(axis + 1)));
}
