namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The window under each place of a convolution as a row, in the order (channel, row, column), with zeroes beyond the border.</summary>
    public static void Unfold(GpuDevice gpu, View<float> x, View<float> y, int Kernel, int Stride, int Padding)
    {
        if (gpu.Traits.IsProcessor)
        {
            long places = y.Columns == 0 ? 0 : y.Count / y.Columns;
            gpu.Launch(
                UnfoldedWindow, gpu.PerElement(places, bytes: 4 * (x.Count + y.Count)), gpu.Array(x), gpu.Array(y),
                places, x.Extents[1], x.Extents[2], x.Extents[3], (uint)y.Extents[1], (uint)y.Extents[2], Kernel, Stride, Padding);
            return;
        }
        gpu.Launch(
            UnfoldedElement, gpu.PerElement(y.Count, bytes: 4 * (x.Count + y.Count)), gpu.Array(x), gpu.Array(y),
            x.Extents[1], x.Extents[2], (uint)x.Extents[3], (uint)y.Extents[1], (uint)y.Extents[2], (uint)Kernel, Stride, Padding);
    }

    /// <summary>dx = each window's row added back to where it was taken from: a pixel gathers from the windows that hold it, in order.</summary>
    public static void Fold(GpuDevice gpu, View<float> dy, View<float> dx, int Kernel, int Stride, int Padding) => gpu.Launch(
        FoldedElement, gpu.PerElement(dx.Count, flops: dy.Count, bytes: 4 * (dy.Count + dx.Count)),
        gpu.Array(dy), gpu.Array(dx), (uint)dx.Extents[1], (uint)dx.Extents[2], (uint)dx.Extents[3], dy.Extents[1], dy.Extents[2],
        Kernel, Stride, Padding);

    /// <summary>A whole window a thread: an element alone costs a processor five divisions.</summary>
    private static void UnfoldedWindow(
        ArrayView<float> x, ArrayView<float> y, long places, int height, int width, int channels, uint placesDown, uint placesAcross,
        int kernel, int stride, int padding)
    {
        uint place = GpuIndex.ShortElement;
        if (place >= places)
            return;
        uint rest = place / placesAcross;
        int left = (int)(place - rest * placesAcross) * stride - padding;
        uint batch = rest / placesDown;
        int top = (int)(rest - batch * placesDown) * stride - padding;
        long to = (long)place * channels * kernel * kernel;
        for (int channel = 0; channel < channels; channel++)
        {
            for (int row = top; row < top + kernel; row++)
            {
                long from = (((long)batch * height + row) * width + left) * channels + channel;
                for (int column = left; column < left + kernel; column++, from += channels, to++)
                {
                    bool isInside = (uint)row < (uint)height && (uint)column < (uint)width;
                    y[to] = isInside ? x[from] : 0;
                }
            }
        }
    }

    private static void UnfoldedElement(
        ArrayView<float> x, ArrayView<float> y, int height, int width, uint channels, uint placesDown, uint placesAcross,
        uint kernel, int stride, int padding)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint rest = i / kernel;
        uint right = i - rest * kernel;
        uint next = rest / kernel;
        uint below = rest - next * kernel;
        uint place = next / channels;
        uint channel = next - place * channels;
        rest = place / placesAcross;
        uint across = place - rest * placesAcross;
        uint batch = rest / placesDown;
        uint down = rest - batch * placesDown;
        int row = (int)down * stride - padding + (int)below;
        int column = (int)across * stride - padding + (int)right;
        bool isInside = (uint)row < (uint)height && (uint)column < (uint)width;
        y[(long)i] = isInside ? x[(((long)batch * height + row) * width + column) * channels + channel] : 0;
    }

    private static void FoldedElement(
        ArrayView<float> dy, ArrayView<float> dx, uint height, uint width, uint channels, int placesDown, int placesAcross,
        int kernel, int stride, int padding)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= dx.Length)
            return;
        uint pixel = i / channels;
        uint channel = i - pixel * channels;
        uint rest = pixel / width;
        int column = (int)(pixel - rest * width) + padding;
        uint batch = rest / height;
        int row = (int)(rest - batch * height) + padding;
        float sum = 0;
        int lastDown = IntrinsicMath.Min(row / stride, placesDown - 1), lastAcross = IntrinsicMath.Min(column / stride, placesAcross - 1);
        int firstAcross = FirstWindow(column, kernel, stride);
        for (int down = FirstWindow(row, kernel, stride); down <= lastDown; down++)
        {
            for (int across = firstAcross; across <= lastAcross; across++)
            {
                long place = ((long)batch * placesDown + down) * placesAcross + across;
                sum += dy[((place * channels + channel) * kernel + (row - down * stride)) * kernel + (column - across * stride)];
            }
        }
        dx[(long)i] = sum;
    }

    /// <summary>The first window that holds an index along an axis, counted with the padding.</summary>
    private static int FirstWindow(int index, int kernel, int stride) => index < kernel ? 0 : (index - kernel) / stride + 1;
}
