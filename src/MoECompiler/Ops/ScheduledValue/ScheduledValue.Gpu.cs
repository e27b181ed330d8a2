namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.ScheduledValue"/>
    public static void ScheduledValue(GpuDevice gpu, View<float> y, RandomState random, ScheduleShape Shape, float From, float To, int Over) =>
        Fill(gpu, y, Kernels.ValueAt(random.Step, Shape, From, To, Over));
}
