namespace MoECompiler;

/// <summary>
/// Where the elements of some axes lie. The host adds the axes, the innermost first; one that goes on where the last ends is made one with
/// it. A kernel asks for the offset of an element by its number.
/// </summary>
internal struct StridedIndex
{
    private int _rank;
    private Axis _axis0, _axis1, _axis2, _axis3, _axis4, _axis5;

    private struct Axis
    {
        public uint Extent;
        public long Stride;
    }

    /// <summary>Adds an axis outside of the others.</summary>
    public void Add(int extent, long stride)
    {
        if (extent == 1)
            return;
        ref Axis last = ref At(ref this, Math.Max(_rank - 1, 0));
        if (_rank > 0 && stride == last.Stride * last.Extent)
            last.Extent = checked(last.Extent * (uint)extent);
        else
            At(ref this, _rank++) = new Axis { Extent = (uint)extent, Stride = stride };
    }

    /// <summary>The offset of element <paramref name="index"/>. It divides only where there is an axis outside.</summary>
    public readonly long OffsetOf(uint index)
    {
        long offset = 0;
        if (_rank > 1)
        {
            offset = Take(_axis0, ref index);
            if (_rank > 2)
                offset += Take(_axis1, ref index);
            if (_rank > 3)
                offset += Take(_axis2, ref index);
            if (_rank > 4)
                offset += Take(_axis3, ref index);
            if (_rank > 5)
                offset += Take(_axis4, ref index);
        }
        return offset + index * OutermostStride;
    }

    private readonly long OutermostStride => _rank switch
    {
        0 => 0, 1 => _axis0.Stride, 2 => _axis1.Stride, 3 => _axis2.Stride, 4 => _axis3.Stride, 5 => _axis4.Stride, _ => _axis5.Stride,
    };

    /// <summary>The part of the offset that an axis has in it; the index is left to those outside.</summary>
    private static long Take(Axis axis, ref uint index)
    {
        uint outer = index / axis.Extent;
        uint inner = index - outer * axis.Extent;
        index = outer;
        return inner * axis.Stride;
    }

    private static ref Axis At(ref StridedIndex index, int axis)
    {
        switch (axis)
        {
            case 0: return ref index._axis0;
            case 1: return ref index._axis1;
            case 2: return ref index._axis2;
            case 3: return ref index._axis3;
            case 4: return ref index._axis4;
            default: return ref index._axis5;
        }
    }
}
