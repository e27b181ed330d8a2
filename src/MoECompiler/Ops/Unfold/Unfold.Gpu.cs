namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The window under each place of a convolution as a row, in the order (channel, row, column), with zeroes beyond the border.</summary>
    public static void Unfold(GpuDevice gpu, View<float> x, View<float> y, int Kernel, int Stride, int Padding) => gpu.Launch(
        UnfoldedElement, gpu.PerElement(y.Count, bytes: 4 * (x.Count + y.Count)),
        gpu.Array(x), gpu.Array(y), x.Extents[1], x.Extents[2], (uint)x.Extents[3], (uint)y.Extents[1], (uint)y.Extents[2],
        (uint)Kernel, Stride, Padding);

    /// <summary>dx = each window's row added back to where it was taken from: a pixel gathers from the windows that hold it, in order.</summary>
    public static void Fold(GpuDevice gpu, View<float> dy, View<float> dx, int Kernel, int Stride, int Padding) => gpu.Launch(
        FoldedElement, gpu.PerElement(dx.Count, flops: dy.Count, bytes: 4 * (dy.Count + dx.Count)),
        gpu.Array(dy), gpu.Array(dx), (uint)dx.Extents[1], (uint)dx.Extents[2], (uint)dx.Extents[3], dy.Extents[1], dy.Extents[2],
        Kernel, Stride, Padding);

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
        for (int below = 0; below < kernel && below <= row; below++)
        {
            int down = (row - below) / stride;
            if (down * stride != row - below || down >= placesDown)
                continue;
            for (int right = 0; right < kernel && right <= column; right++)
            {
                int across = (column - right) / stride;
                if (across * stride != column - right || across >= placesAcross)
                    continue;
                long place = ((long)batch * placesDown + down) * placesAcross + across;
                sum += dy[((place * channels + channel) * kernel + below) * kernel + right];
            }
        }
        dx[(long)i] = sum;
    }
}
