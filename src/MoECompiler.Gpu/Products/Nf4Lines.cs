namespace MoECompiler;

/// <summary>
/// A matrix in 4 bits as kernels read it, in the layout that <see cref="Nf4View"/> has: elements are made into floats as they come from memory, by
/// the same two roundings as on a processor, and are floats in registers and in shared memory only.
/// </summary>
public readonly struct Nf4Lines
{
    private readonly ArrayView<int> _words;
    private readonly ArrayView<float> _tables;
    private readonly long _matrix;
    private readonly long _mean;
    private readonly long _constants;
    private readonly int _rowWords;
    private readonly int _rowBlocks;

    /// <param name="words">The matrices, one after the other.</param>
    /// <param name="tables"><see cref="GpuDevice.Nf4Tables"/>.</param>
    /// <param name="rows">Of each.</param>
    /// <param name="columns">Of each.</param>
    /// <param name="matrix">Which one; nothing is read before an element is asked for.</param>
    public Nf4Lines(ArrayView<int> words, ArrayView<float> tables, int rows, int columns, int matrix)
    {
        _words = words;
        _tables = tables;
        _rowWords = (columns + 7) >> 3;
        _rowBlocks = (columns + 63) >> 6;
        int blocks = rows * _rowBlocks;
        long codes = (long)rows * _rowWords;
        long before = codes + 1 + ((blocks + 255) >> 8);
        _matrix = matrix * ((before + ((blocks + 3) >> 2) + 3) >> 2 << 2);
        _mean = _matrix + codes;
        _constants = _matrix + before;
    }

    /// <summary>Elements <paramref name="start"/> and on of a row; 0 for those from <paramref name="count"/> on.</summary>
    /// <param name="row">Not looked at where there are none.</param>
    /// <param name="start">A multiple of 4.</param>
    /// <param name="count">At most the columns; no memory is touched from there on.</param>
    public Float4 Load(int row, int start, int count)
    {
        if (start >= count)
            return default;
        int codes = _words[_matrix + (long)row * _rowWords + (start >> 3)] >> ((start & 4) << 2);
        float constant = Constant(row, start);
        return new Float4(
            Level(codes) * constant, start + 1 < count ? Level(codes >> 4) * constant : 0f,
            start + 2 < count ? Level(codes >> 8) * constant : 0f, start + 3 < count ? Level(codes >> 12) * constant : 0f);
    }

    /// <summary>An element.</summary>
    public float At(int row, int column) =>
        Level(_words[_matrix + (long)row * _rowWords + (column >> 3)] >> ((column & 7) << 2)) * Constant(row, column);

    /// <summary>What the lowest four bits stand for.</summary>
    private float Level(int codes) => _tables[codes & 15];

    /// <summary>What the levels of an element's block are multiplied by.</summary>
    private float Constant(int row, int column)
    {
        int block = row * _rowBlocks + (column >> 6);
        int code = _words[_constants + (block >> 2)] >> ((block & 3) << 3) & 255;
        return Intrinsics.FusedMultiplyAdd(_tables[16 + code], Number(_mean + 1 + (block >> 8)), Number(_mean));
    }

    private float Number(long word) => Interop.IntAsFloat((uint)_words[word]);
}
