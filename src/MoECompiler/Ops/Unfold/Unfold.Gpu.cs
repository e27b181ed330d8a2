namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = the window under each place as a row, with zeroes beyond the border.</summary>
    public static void Unfold(GpuDevice gpu, View<float> x, View<float> y, int Kernel, int Stride, int Padding) => gpu.Launch(
        UnfoldedElement, gpu.PerElement(y.Count, bytes: 4 * (x.Count + y.Count)),
        gpu.Array(x), gpu.Array(y), new Windows(x.Extents, y.Extents, Kernel, Stride, Padding));

    /// <summary>dx = the sum of what each window's row has for an element, in the order of the windows.</summary>
    public static void Fold(GpuDevice gpu, View<float> dy, View<float> dx, int Kernel, int Stride, int Padding) => gpu.Launch(
        FoldedElement, gpu.PerElement(dx.Count, flops: dy.Count, bytes: 4 * (dx.Count + dy.Count)),
        gpu.Array(dy), gpu.Array(dx), new Windows(dx.Extents, dy.Extents, Kernel, Stride, Padding));

    private static void UnfoldedElement(ArrayView<float> x, ArrayView<float> y, Windows windows)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        (uint rest, uint j) = DivRem(i, (uint)windows.Kernel);
        (rest, uint k) = DivRem(rest, (uint)windows.Kernel);
        (uint place, uint channel) = DivRem(rest, (uint)windows.Channels);
        (rest, uint left) = DivRem(place, (uint)windows.Across);
        (uint image, uint top) = DivRem(rest, (uint)windows.Down);
        int row = (int)(top * windows.Stride + k) - windows.Padding;
        int column = (int)(left * windows.Stride + j) - windows.Padding;
        bool isInside = row >= 0 && row < windows.Height && column >= 0 && column < windows.Width;
        y[(long)i] = isInside ? x[(((long)image * windows.Height + row) * windows.Width + column) * windows.Channels + channel] : 0f;
    }

    private static void FoldedElement(ArrayView<float> dy, ArrayView<float> dx, Windows windows)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= dx.Length)
            return;
        (uint pixel, uint channel) = DivRem(i, (uint)windows.Channels);
        (uint rest, uint column) = DivRem(pixel, (uint)windows.Width);
        (uint image, uint row) = DivRem(rest, (uint)windows.Height);
        float sum = 0;
        // The windows that hold the element: each has it at the row and the column that are left over.
        int lastTop = IntrinsicMath.Min(((int)row + windows.Padding) / windows.Stride, windows.Down - 1);
        int lastLeft = IntrinsicMath.Min(((int)column + windows.Padding) / windows.Stride, windows.Across - 1);
        for (int top = windows.First((int)row); top <= lastTop; top++)
        {
            int k = (int)row + windows.Padding - top * windows.Stride;
            for (int left = windows.First((int)column); left <= lastLeft; left++)
            {
                int j = (int)column + windows.Padding - left * windows.Stride;
                long place = ((long)image * windows.Down + top) * windows.Across + left;
                sum += dy[((place * windows.Channels + channel) * windows.Kernel + k) * windows.Kernel + j];
            }
        }
        dx[(long)i] = sum;
    }

    private static (uint Quotient, uint Remainder) DivRem(uint number, uint divisor)
    {
        uint quotient = number / divisor;
        return (quotient, number - quotient * divisor);
    }

    /// <summary>How windows lie on images.</summary>
    internal readonly struct Windows(Extents image, Extents windows, int kernel, int stride, int padding)
    {
        public readonly int Height = image[1], Width = image[2], Channels = image[3];

        public readonly int Down = windows[1], Across = windows[2];

        public readonly int Kernel = kernel, Stride = stride, Padding = padding;

        /// <summary>The first window along an axis that holds an index of it.</summary>
        public int First(int index) => index + Padding < Kernel ? 0 : (index + Padding - Kernel) / Stride + 1;
    }
}
