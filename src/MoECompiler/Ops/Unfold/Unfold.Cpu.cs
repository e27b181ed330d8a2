namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The window under each place of a convolution as a row, in the order (channel, row, column), with zeroes beyond the border.</summary>
    public static void Unfold(CpuDevice cpu, View<float> x, View<float> y, int Kernel, int Stride, int Padding)
    {
        WindowGrid grid = new(x.Extents, y.Extents, Kernel, Stride, Padding);
        cpu.RunRows(new UnfoldRows(grid, x.Pointer, y.Pointer), grid.Batch * grid.PlacesDown, 2L * grid.PlacesAcross * grid.WindowElements);
    }

    /// <summary>dx = each window's row added back to where it was taken from.</summary>
    public static void Fold(CpuDevice cpu, View<float> dy, View<float> dx, int Kernel, int Stride, int Padding)
    {
        WindowGrid grid = new(dx.Extents, dy.Extents, Kernel, Stride, Padding);
        cpu.RunRows(new FoldRows(grid, dy.Pointer, dx.Pointer), grid.Batch * grid.Height, 2L * grid.Width * grid.WindowElements);
    }

    /// <summary>A row of places of one image at a time.</summary>
    private readonly struct UnfoldRows(WindowGrid grid, float* x, float* y) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                (int batch, int down) = Math.DivRem(row, grid.PlacesDown);
                for (int across = 0; across < grid.PlacesAcross; across++)
                    Window(batch, down, across, y + ((long)row * grid.PlacesAcross + across) * grid.WindowElements);
            }
        }

        private void Window(int batch, int down, int across, float* to)
        {
            int kernel = grid.Kernel;
            for (int i = 0; i < kernel; i++)
            {
                int imageRow = down * grid.Stride - grid.Padding + i;
                for (int j = 0; j < kernel; j++)
                {
                    int imageColumn = across * grid.Stride - grid.Padding + j;
                    float* element = to + i * kernel + j;
                    if (!grid.Holds(imageRow, imageColumn))
                    {
                        for (int c = 0; c < grid.Channels; c++)
                            element[c * kernel * kernel] = 0;
                        continue;
                    }
                    float* pixel = x + grid.PixelOffset(batch, imageRow, imageColumn);
                    for (int c = 0; c < grid.Channels; c++)
                        element[c * kernel * kernel] = pixel[c];
                }
            }
        }
    }

    /// <summary>A row of pixels of one image at a time: each pixel gathers from the windows that hold it, in order.</summary>
    private readonly struct FoldRows(WindowGrid grid, float* dy, float* dx) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                (int batch, int imageRow) = Math.DivRem(row, grid.Height);
                for (int imageColumn = 0; imageColumn < grid.Width; imageColumn++)
                    Pixel(batch, imageRow, imageColumn, dx + ((long)row * grid.Width + imageColumn) * grid.Channels);
            }
        }

        private void Pixel(int batch, int imageRow, int imageColumn, float* to)
        {
            int kernel = grid.Kernel;
            new Span<float>(to, grid.Channels).Clear();
            for (int i = 0; i < kernel; i++)
            {
                if (!grid.TryPlace(imageRow - i, grid.PlacesDown, out int down))
                    continue;
                for (int j = 0; j < kernel; j++)
                {
                    if (!grid.TryPlace(imageColumn - j, grid.PlacesAcross, out int across))
                        continue;
                    long place = ((long)batch * grid.PlacesDown + down) * grid.PlacesAcross + across;
                    float* element = dy + place * grid.WindowElements + i * kernel + j;
                    for (int c = 0; c < grid.Channels; c++)
                        to[c] += element[c * kernel * kernel];
                }
            }
        }
    }
}

/// <summary>Images f32[B, H, W, C] and the places of a square window on them.</summary>
internal readonly struct WindowGrid(Extents image, Extents places, int kernel, int stride, int padding)
{
    public int Batch { get; } = image[0];

    public int Height { get; } = image[1];

    public int Width { get; } = image[2];

    public int Channels { get; } = image[3];

    public int PlacesDown { get; } = places[1];

    public int PlacesAcross { get; } = places[2];

    public int WindowElements { get; } = places[3];

    public int Kernel { get; } = kernel;

    public int Stride { get; } = stride;

    public int Padding { get; } = padding;

    /// <summary>Whether a pixel is inside the image, not in the padding.</summary>
    public bool Holds(int row, int column) => (uint)row < (uint)Height && (uint)column < (uint)Width;

    public long PixelOffset(int batch, int row, int column) => (((long)batch * Height + row) * Width + column) * Channels;

    /// <summary>The place whose window begins at <paramref name="start"/>, if there is one.</summary>
    public bool TryPlace(int start, int places, out int place)
    {
        (place, int rest) = Math.DivRem(start + Padding, Stride);
        return rest == 0 && start + Padding >= 0 && place < places;
    }
}
