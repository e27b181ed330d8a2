namespace MoECompiler.Ops;

public static partial class Kernels
{
    /// <summary>A number that depends on the training step; see <see cref="Ops.ScheduledValue"/>.</summary>
    public static void ScheduledValue(CpuDevice cpu, View<float> y, RandomState random, ScheduleShape Shape, float From, float To, int Over, int Begin = 0) =>
        y.Span[0] = ValueAt(random.Step - Begin, Shape, From, To, Over);

    /// <summary>The number, rounded once: a GPU is given it, so that it is the same there.</summary>
    internal static float ValueAt(long step, ScheduleShape shape, float from, float to, int over)
    {
        if (shape == ScheduleShape.Constant || step <= 0)
            return from;
        if (step >= over)
            return to;
        double part = (double)step / over;
        return shape == ScheduleShape.Linear
            ? (float)(from + part * ((double)to - from))
            : (float)(from * Math.Pow((double)to / from, part));
    }
}
