namespace MoECompiler.Tests.Quantization;

/// <summary>A reading of the 4-bit format of its own, in double precision, from the published levels and the documented layout.</summary>
internal static class Nf4Oracle
{
    public static readonly double[] Levels =
    [
        -1, -.6961928, -.5250731, -.3949175, -.2844414, -.1847734, -.0910500, 0, .0795803, .1609302, .2461123, .3379152, .4407098, .5626170, .7229568, 1,
    ];

    /// <summary>The 256 levels of the constants: 0, 1 and seven decades with sign.</summary>
    public static readonly double[] Constants = [.. NewConstants().Order()];

    /// <summary>The elements of a matrix that lies in these bytes.</summary>
    public static double[] Read(ReadOnlySpan<byte> bytes, int rows, int columns)
    {
        int rowBytes = (columns + 7) / 8 * 4, rowBlocks = (columns + 63) / 64, scales = (rows * rowBlocks + 255) / 256;
        ReadOnlySpan<byte> mean = bytes[(rows * rowBytes)..], constants = mean[(4 + 4 * scales)..];
        double[] elements = new double[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int code = bytes[row * rowBytes + column / 2] >> (column % 2 == 0 ? 0 : 4) & 15;
                int block = row * rowBlocks + column / 64;
                double scale = BitConverter.ToSingle(mean[(4 + block / 256 * 4)..]);
                elements[row * columns + column] = Levels[code] * (BitConverter.ToSingle(mean) + scale * Constants[constants[block]]);
            }
        }
        return elements;
    }

    /// <summary>The greatest magnitude of the block that an element belongs to.</summary>
    public static double ConstantOf(ReadOnlySpan<float> elements, int columns, int at)
    {
        int from = at / columns * columns + at % columns / 64 * 64, to = Math.Min(from + 64, at / columns * columns + columns);
        double greatest = 0;
        for (int i = from; i < to; i++)
            greatest = Math.Max(greatest, Math.Abs((double)elements[i]));
        return greatest;
    }

    /// <summary>The level that is nearest to a number.</summary>
    public static double Nearest(double number) => Levels.MinBy(level => Math.Abs(level - number));

    private static IEnumerable<double> NewConstants()
    {
        yield return 0;
        yield return 1;
        for (int decade = 0; decade < 7; decade++)
        {
            for (int j = 0; j < 1 << decade; j++)
            {
                double level = Math.Pow(10, decade - 6) * (0.1 + 0.9 * (j + 0.5) / (1 << decade));
                yield return level;
                yield return -level;
            }
        }
    }
}
