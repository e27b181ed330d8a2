using MoECompiler.Reference;

namespace MoECompiler.Tests;

/// <summary>What the tests of products share.</summary>
internal static class ProductTesting
{
    public static CpuDevice OneThread { get; } = new(1);

    public static CpuDevice TwoThreads { get; } = new(2);

    public static ReferenceContext NoSizes { get; } = new(static name => throw new KeyNotFoundException(name), default);

    /// <summary>Numbers from -1 to 1, the same for the same seed.</summary>
    public static View<float> Random(CpuDevice device, int seed, params int[] extents)
    {
        Random random = new(seed);
        View<float> view = device.New<float>(extents);
        foreach (ref float x in view.Span)
            x = 2 * random.NextSingle() - 1;
        return view;
    }

    /// <summary>A view of garbage, as results get from the arena.</summary>
    public static View<float> Garbage(CpuDevice device, params int[] extents)
    {
        View<float> view = device.New<float>(extents);
        view.Span.Fill(float.NaN);
        return view;
    }

    public static ReferenceTensor ToReference(this View<float> view) => new(view.Extents.ToArray(), [.. view.Span.ToArray().Select(static x => (double)x)]);

    public static ReferenceTensor ToReference(this View<int> view) => new(view.Extents.ToArray(), [.. view.Span.ToArray().Select(static x => (double)x)]);

    public static ReferenceTensor Magnitudes(this ReferenceTensor tensor) => new(tensor.Shape, [.. tensor.Data.Select(Math.Abs)]);

    /// <summary>The first element whose bits differ, or -1.</summary>
    public static int FirstDifference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        if (expected.Length != actual.Length)
            return Math.Min(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                return i;
        }
        return -1;
    }

    /// <summary>
    /// Whether each sum of <paramref name="terms"/> products is within the bound that rounding allows: an ulp/2 of the sum of magnitudes for
    /// each term, and as much again for an epilogue.
    /// </summary>
    public static bool IsNear(ReferenceTensor expected, ReferenceTensor magnitudes, int terms, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            if (!(Math.Abs(expected.Data[i] - actual[i]) <= (terms + 4) * Math.ScaleB(magnitudes.Data[i] + 1e-30, -24)))
                return false;
        }
        return expected.Count == actual.Length;
    }
}
