using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MoECompiler;

/// <summary>A matrix in 4 bits as a processor reads it; see <see cref="Nf4Layout"/>. An element is its level times its block's constant, rounded once.</summary>
internal readonly unsafe struct Nf4Matrix(byte* data, Nf4Layout layout)
{
    private readonly float* _mean = (float*)(data + layout.CodeBytes);
    private readonly byte* _constants = data + layout.ConstantsAt;
    private readonly int _rowBytes = layout.RowBytes;
    private readonly int _rowBlocks = layout.RowBlocks;

    /// <summary>Whether there is a matrix at all.</summary>
    public bool Exists => data != null;

    /// <summary>The codes of a row.</summary>
    public byte* Row(long row) => data + row * _rowBytes;

    /// <summary>Elements of a row as floats.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="column">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">Where they go.</param>
    public void Decode(long row, int column, int count, float* to)
    {
        byte* codes = Row(row);
        int end = column + count;
        while (column < end)
        {
            int stop = Math.Min(end, column / Nf4.Block * Nf4.Block + Nf4.Block);
            float constant = Constant(row * _rowBlocks + column / Nf4.Block);
            DecodeBlock(codes, column, stop, constant, to);
            to += stop - column;
            column = stop;
        }
    }

    /// <summary>What the levels of a block are multiplied by.</summary>
    private float Constant(long block) => Nf4.DecodeConstant(_constants[block], *_mean, _mean[1 + block / Nf4.ConstantBlock]);

    private static void DecodeBlock(byte* codes, int column, int stop, float constant, float* to)
    {
        for (; column < stop && column % 8 != 0; column++)
            *to++ = One(codes, column) * constant;
        if (Avx2.IsSupported && column + 8 <= stop)
        {
            Vector256<float> low = Vector256.Create<float>(Nf4.Levels) * constant;
            Vector256<float> high = Vector256.Create<float>(Nf4.Levels[8..]) * constant;
            for (; column + 8 <= stop; column += 8, to += 8)
                Eight(*(uint*)(codes + column / 2), low, high).Store(to);
        }
        for (; column < stop; column++)
            *to++ = One(codes, column) * constant;
    }

    private static float One(byte* codes, int column) => Nf4.Levels[codes[column / 2] >> column % 2 * 4 & 15];

    /// <summary>What eight codes stand for, of the lower and the upper eight values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Eight(uint codes, Vector256<float> low, Vector256<float> high)
    {
        Vector256<uint> index = Avx2.ShiftRightLogicalVariable(Vector256.Create(codes), Vector256.Create(0u, 4, 8, 12, 16, 20, 24, 28));
        Vector256<float> ofLow = Avx2.PermuteVar8x32(low, index.AsInt32());
        Vector256<float> ofHigh = Avx2.PermuteVar8x32(high, index.AsInt32());
        return Avx.BlendVariable(ofLow, ofHigh, (index << 28).AsSingle());
    }
}
