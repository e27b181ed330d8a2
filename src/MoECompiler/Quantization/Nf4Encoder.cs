using System.Runtime.InteropServices;

namespace MoECompiler;

/// <summary>
/// Makes one matrix of floats into 4 bits, row after row as they come: codes at once, by the exact constants of their blocks; the constants, which
/// are stored by their distance from the mean of all, at the end. It holds a float for each 64 elements.
/// </summary>
internal sealed class Nf4Encoder(Nf4Layout layout)
{
    private readonly float[] _constants = new float[checked((int)layout.Blocks)];

    /// <summary>The codes of whole rows.</summary>
    /// <param name="firstRow">The number of the first of them.</param>
    /// <param name="rows">Their elements.</param>
    /// <param name="codes">Takes <see cref="Nf4Layout.RowBytes"/> a row.</param>
    /// <exception cref="ArgumentException">An element is no finite number.</exception>
    public void Encode(int firstRow, ReadOnlySpan<float> rows, Span<byte> codes)
    {
        codes.Clear();
        for (int row = 0; row < rows.Length / Math.Max(1, layout.Columns); row++)
        {
            ReadOnlySpan<float> elements = rows.Slice(row * layout.Columns, layout.Columns);
            Span<byte> line = codes.Slice(row * layout.RowBytes, layout.RowBytes);
            for (int block = 0; block < layout.RowBlocks; block++)
            {
                int from = block * Nf4.Block, to = Math.Min(from + Nf4.Block, layout.Columns);
                float greatest = Greatest(elements[from..to], (firstRow + row) * (long)layout.Columns + from);
                _constants[(firstRow + row) * (long)layout.RowBlocks + block] = greatest;
                for (int i = from; i < to; i++)
                {
                    int code = greatest > 0 ? Nf4.Encode((double)elements[i] / greatest) : Nf4.ZeroCode;
                    line[i / 2] |= (byte)(code << i % 2 * 4);
                }
            }
        }
    }

    /// <summary>What comes after the codes: the mean, the scales and the constants.</summary>
    public byte[] Finish()
    {
        byte[] bytes = new byte[checked((int)(layout.Bytes - layout.CodeBytes))];
        Span<float> floats = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        Span<byte> codes = bytes.AsSpan((int)(layout.ConstantsAt - layout.CodeBytes));
        double sum = 0;
        foreach (float constant in _constants)
            sum += constant;
        float mean = _constants.Length == 0 ? 0 : (float)(sum / _constants.Length);
        floats[0] = mean;
        for (int from = 0; from < _constants.Length; from += Nf4.ConstantBlock)
        {
            ReadOnlySpan<float> some = _constants.AsSpan(from, Math.Min(Nf4.ConstantBlock, _constants.Length - from));
            float scale = 0;
            foreach (float constant in some)
                scale = Math.Max(scale, Math.Abs(constant - mean));
            floats[1 + from / Nf4.ConstantBlock] = scale;
            for (int i = 0; i < some.Length; i++)
                codes[from + i] = (byte)Nf4.EncodeConstant(some[i], mean, scale);
        }
        return bytes;
    }

    /// <summary>The greatest magnitude of a block.</summary>
    private static float Greatest(ReadOnlySpan<float> elements, long first)
    {
        float greatest = 0;
        for (int i = 0; i < elements.Length; i++)
        {
            if (!float.IsFinite(elements[i]))
                throw new ArgumentException($"Element {first + i:N0} of a matrix is {elements[i]}, for which 4 bits have no code.", nameof(elements));
            greatest = Math.Max(greatest, Math.Abs(elements[i]));
        }
        return greatest;
    }
}
