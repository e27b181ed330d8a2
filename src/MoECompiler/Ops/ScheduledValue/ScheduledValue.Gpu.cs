namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.ScheduledValue"/>
    public static void ScheduledValue(GpuDevice gpu, View<float> y, RandomState random, ScheduleShape Shape, float From, float To, int Over, int Begin = 0) =>
        Fill(gpu, y, Kernels.ValueAt(random.Step - Begin, Shape, From, To, Over));
}
