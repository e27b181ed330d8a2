namespace MoECompiler;

/// <summary>
/// How one matrix lies in memory in 4 bits: its codes, row after row, eight in a word, the first in the lowest bits; then the mean of the
/// constants, a scale for each 256 of them, and the constants in 8 bits, a block of 64 elements each. Blocks run along rows and begin anew with each.
/// </summary>
/// <remarks>
/// 4 + 8 / 64 + 32 / (64 * 256) = 4.127 bits an element where rows are a multiple of 64, and the words of a matrix a multiple of 4; without
/// the quantization of constants they would be 4.5. What a row has not of its last word is 0, and so is what the matrix has not of its last four.
/// </remarks>
/// <param name="Rows">Of the matrix.</param>
/// <param name="Columns">Of the matrix.</param>
internal readonly record struct Nf4Layout(int Rows, int Columns)
{
    private const int WordCodes = 8;

    /// <summary>A matrix begins where a vector of so many bytes may.</summary>
    private const int Alignment = 16;

    /// <summary>The words of a row's codes.</summary>
    public int RowWords => (Columns + WordCodes - 1) / WordCodes;

    public int RowBytes => RowWords * sizeof(uint);

    /// <summary>The blocks of a row, and as many constants.</summary>
    public int RowBlocks => (Columns + Nf4.Block - 1) / Nf4.Block;

    /// <summary>The constants.</summary>
    public long Blocks => (long)Rows * RowBlocks;

    /// <summary>The scales of the constants.</summary>
    public long Scales => (Blocks + Nf4.ConstantBlock - 1) / Nf4.ConstantBlock;

    /// <summary>The bytes before the mean.</summary>
    public long CodeBytes => (long)Rows * RowBytes;

    /// <summary>The bytes before the first scale.</summary>
    public long ScalesAt => CodeBytes + sizeof(float);

    /// <summary>The bytes before the first constant.</summary>
    public long ConstantsAt => ScalesAt + Scales * sizeof(float);

    /// <summary>The bytes of the matrix.</summary>
    public long Bytes => (ConstantsAt + Blocks + Alignment - 1) / Alignment * Alignment;

    /// <summary>The matrices that a weight's last two extents are.</summary>
    public static Nf4Layout Of(Extents extents) => extents.Rank >= 2
        ? new Nf4Layout(extents[extents.Rank - 2], extents.Columns)
        : throw new ShapeException($"{extents} is no matrix: in 4 bits are matrices only.");
}
