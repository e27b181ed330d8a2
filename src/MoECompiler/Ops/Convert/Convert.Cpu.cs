namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = x, rounded to nearest, ties to even.</summary>
    public static void Convert(CpuDevice cpu, View<float> x, View<Half> y) => Round(cpu, x, y);

    /// <inheritdoc cref="Convert(CpuDevice, View{float}, View{Half})"/>
    public static void Convert(CpuDevice cpu, View<float> x, View<BFloat16> y) => Round(cpu, x, y);

    /// <summary>y = x.</summary>
    public static void Convert(CpuDevice cpu, View<Half> x, View<float> y) => Widen(cpu, x, y);

    /// <inheritdoc cref="Convert(CpuDevice, View{Half}, View{float})"/>
    public static void Convert(CpuDevice cpu, View<BFloat16> x, View<float> y) => Widen(cpu, x, y);

    /// <summary>y = x, matrices in 4 bits.</summary>
    public static void Convert(CpuDevice cpu, Nf4View x, View<float> y)
    {
        Nf4Layout layout = x.Layout;
        if (y.Count > 0)
            cpu.RunRows(new DecodeRows((byte*)x.Buffer.Address + (nint)x.Offset, layout, y.Pointer), y.Rows, layout.Columns);
    }

    private readonly struct DecodeRows(byte* x, Nf4Layout layout, float* y) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                Nf4Matrix matrix = new(x + row / layout.Rows * layout.Bytes, layout);
                matrix.Decode(row % layout.Rows, 0, layout.Columns, y + (long)row * layout.Columns);
            }
        }
    }

    internal static void Round<T>(CpuDevice cpu, View<float> x, View<T> y) where T : unmanaged =>
        RunConversion(cpu, new RoundRun<T>(x.Pointer, y.Pointer), y.Count);

    internal static void Widen<T>(CpuDevice cpu, View<T> x, View<float> y) where T : unmanaged =>
        RunConversion(cpu, new WidenRun<T>(x.Pointer, y.Pointer), y.Count);

    private interface IRun
    {
        void Run(long first, long count);
    }

    private static void RunConversion<TRun>(CpuDevice cpu, TRun run, long count) where TRun : unmanaged, IRun
    {
        int stretches = checked((int)((count + Stretch - 1) / Stretch));
        ConversionJob<TRun> job = new(run, count, stretches, Shares.Tasks(cpu, count, stretches));
        cpu.Team.Run(ref job, job.Tasks);
    }

    private readonly struct ConversionJob<TRun>(TRun run, long count, int stretches, int tasks) : IJob where TRun : unmanaged, IRun
    {
        public int Tasks => tasks;

        public void Run(int task, int thread)
        {
            (int from, int to) = Shares.Of(task, tasks, stretches);
            run.Run(from * (long)Stretch, Math.Min(count, to * (long)Stretch) - from * (long)Stretch);
        }
    }

    private readonly struct RoundRun<T>(float* x, T* y) : IRun where T : unmanaged
    {
        public void Run(long first, long count) => Stored.Round(x + first, y + first, count);
    }

    private readonly struct WidenRun<T>(T* x, float* y) : IRun where T : unmanaged
    {
        public void Run(long first, long count) => Stored.Widen(x + first, y + first, count);
    }
}
