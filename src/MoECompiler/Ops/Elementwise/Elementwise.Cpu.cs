namespace MoECompiler.Ops;

/// <summary>
/// Elementwise kernels: y = formula(a, b, ...) with operands of fewer or of unit extents repeated, and a result of 32 or of 16 bits.
/// Shared out in stretches of rows, the elements of which do not depend on each other.
/// </summary>
public static unsafe partial class Kernels
{
    /// <summary>Elements of a row that are one piece of work.</summary>
    private const int Stretch = 4096;

    /// <summary>Fills y with the value of a formula.</summary>
    public static void Elementwise<T, TFormula>(CpuDevice cpu, View<T> y, TFormula formula)
        where T : unmanaged
        where TFormula : unmanaged, IFormula0 =>
        RunElements(cpu, BroadcastLoop.Of(y), new ElementLoop0<T, TFormula>(formula));

    /// <summary>Applies a formula to each element of the operands, repeated to the extents of y.</summary>
    public static void Elementwise<T, TFormula>(CpuDevice cpu, View<float> a, View<T> y, TFormula formula)
        where T : unmanaged
        where TFormula : unmanaged, IFormula1 =>
        RunElements(cpu, BroadcastLoop.Of(y).With(a), new ElementLoop1<T, TFormula>(formula));

    /// <inheritdoc cref="Elementwise{T, TFormula}(CpuDevice, View{float}, View{T}, TFormula)"/>
    public static void Elementwise<T, TFormula>(CpuDevice cpu, View<float> a, View<float> b, View<T> y, TFormula formula)
        where T : unmanaged
        where TFormula : unmanaged, IFormula2 =>
        RunElements(cpu, BroadcastLoop.Of(y).With(a).With(b), new ElementLoop2<T, TFormula>(formula));

    /// <inheritdoc cref="Elementwise{T, TFormula}(CpuDevice, View{float}, View{T}, TFormula)"/>
    public static void Elementwise<T, TFormula>(CpuDevice cpu, View<float> a, View<float> b, View<float> c, View<T> y, TFormula formula)
        where T : unmanaged
        where TFormula : unmanaged, IFormula3 =>
        RunElements(cpu, BroadcastLoop.Of(y).With(a).With(b).With(c), new ElementLoop3<T, TFormula>(formula));

    /// <inheritdoc cref="Elementwise{T, TFormula}(CpuDevice, View{float}, View{T}, TFormula)"/>
    public static void Elementwise<T, TFormula>(
        CpuDevice cpu, View<float> a, View<float> b, View<float> c, View<float> d, View<T> y, TFormula formula)
        where T : unmanaged
        where TFormula : unmanaged, IFormula4 =>
        RunElements(cpu, BroadcastLoop.Of(y).With(a).With(b).With(c).With(d), new ElementLoop4<T, TFormula>(formula));

    /// <inheritdoc cref="Elementwise{T, TFormula}(CpuDevice, View{float}, View{T}, TFormula)"/>
    public static void Elementwise<T, TFormula>(
        CpuDevice cpu, View<float> a, View<float> b, View<float> c, View<float> d, View<float> e, View<T> y, TFormula formula)
        where T : unmanaged
        where TFormula : unmanaged, IFormula5 =>
        RunElements(cpu, BroadcastLoop.Of(y).With(a).With(b).With(c).With(d).With(e), new ElementLoop5<T, TFormula>(formula));

    /// <inheritdoc cref="Elementwise{T, TFormula}(CpuDevice, View{float}, View{T}, TFormula)"/>
    public static void Elementwise<T, TFormula>(
        CpuDevice cpu, View<float> a, View<float> b, View<float> c, View<float> d, View<float> e, View<float> f, View<T> y, TFormula formula)
        where T : unmanaged
        where TFormula : unmanaged, IFormula6 =>
        RunElements(cpu, BroadcastLoop.Of(y).With(a).With(b).With(c).With(d).With(e).With(f), new ElementLoop6<T, TFormula>(formula));

    private static void RunElements<TLoop>(CpuDevice cpu, BroadcastLoop loop, TLoop elements) where TLoop : unmanaged, IElementLoop
    {
        loop = loop.Collapse();
        int length = loop.RowLength;
        int stretches = (length + Stretch - 1) / Stretch;
        int pieces = checked(loop.Rows * stretches);
        Partition partition = Partition.Of(pieces, Math.Min(length, Stretch));
        cpu.Team.RunWidest(new ElementJob<TLoop>(loop, elements, stretches, pieces, partition.Each), partition.Tasks);
    }

    private struct ElementJob<TLoop>(BroadcastLoop loop, TLoop elements, int stretches, int pieces, int each) : ILaneJob
        where TLoop : unmanaged, IElementLoop
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            float* repeated = stackalloc float[BroadcastLoop.MaximumOperands * SixteenLanes.Count];
            int first = task * each;
            int end = Math.Min(pieces, first + each);
            int length = loop.RowLength;
            for (int piece = first; piece < end; piece++)
            {
                (int row, int stretch) = Math.DivRem(piece, stretches);
                ElementRow addresses = loop.RowAt(row, repeated);
                nint stop = Math.Min(length, (stretch + 1) * Stretch);
                nint i = elements.Run<V>(addresses, stretch * Stretch, stop);
                i = elements.Run<Lanes4>(addresses, i, stop);
                elements.Run<Lanes1>(addresses, i, stop);
            }
        }
    }
}
