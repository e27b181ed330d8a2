namespace MoECompiler.Ops;

/// <summary>The matrices of some experts, one after the other: floats, or 4 bits.</summary>
internal readonly unsafe struct ExpertMatrices<T> where T : unmanaged
{
    private readonly byte* _data;
    private readonly Nf4Layout _layout;
    private readonly long _stride;
    private readonly long _bytes;
    private readonly bool _linesAreDepth;
    private readonly bool _isQuantized;

    /// <param name="data">The first expert's.</param>
    /// <param name="columns">Of the result.</param>
    /// <param name="depth">Of each sum.</param>
    /// <param name="transposeB">The columns of the result are lines of each matrix.</param>
    public ExpertMatrices(T* data, int columns, int depth, bool transposeB)
    {
        _data = (byte*)data;
        _stride = transposeB ? depth : columns;
        _bytes = (long)columns * depth * sizeof(T);
        _linesAreDepth = !transposeB;
    }

    /// <param name="matrices">The matrices.</param>
    /// <param name="transposeB">The columns of the result are lines of each matrix.</param>
    public ExpertMatrices(Nf4View matrices, bool transposeB)
    {
        _data = (byte*)matrices.Buffer.Address + (nint)matrices.Offset;
        _layout = matrices.Layout;
        _bytes = _layout.Bytes;
        _isQuantized = true;
        _linesAreDepth = !transposeB;
    }

    public Operand<T> Of(int expert)
    {
        byte* matrix = _data + expert * _bytes;
        return _isQuantized ? new Operand<T>(new Nf4Matrix(matrix, _layout), _linesAreDepth) : new Operand<T>((T*)matrix, _stride, _linesAreDepth);
    }
}
