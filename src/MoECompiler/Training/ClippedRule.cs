using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>An update by gradients of which no element is beyond a bound: every formula, with its gradient clipped first.</summary>
internal readonly record struct ClippedRule<TRule>(TRule Inner, float Bound) : IUpdateRule where TRule : unmanaged, IUpdateRule
{
    public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
        where V : unmanaged, ILanes<V>
        where TLoop : struct, IUpdateLoop<V> =>
        Inner.Run<V, Loop<V, TLoop>>(learningRateFactor, weightDecay, new Loop<V, TLoop>(loop, Bound));

    private readonly struct Loop<V, TLoop>(TLoop inner, float bound) : IUpdateLoop<V>
        where V : unmanaged, ILanes<V>
        where TLoop : struct, IUpdateLoop<V>
    {
        public void Run<TFormula>(in TFormula formula) where TFormula : unmanaged, IUpdateFormula<V> =>
            inner.Run(new ClippedFormula<V, TFormula>(formula, V.Of(-bound), V.Of(bound)));
    }
}

/// <summary>A formula with its gradient clipped first; apart from the rule, of whose type a GPU's compiler may see nothing.</summary>
internal readonly struct ClippedFormula<V, TFormula>(TFormula inner, V least, V greatest) : IUpdateFormula<V>
    where V : unmanaged, ILanes<V>
    where TFormula : unmanaged, IUpdateFormula<V>
{
    public static int States => TFormula.States;

    public static int Flops => TFormula.Flops + 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(V gradient, ref V value, ref V first, ref V second)
    {
        // NaN is neither greater nor less, and stays.
        TFormula own = inner;
        own.Apply(V.SelectGreater(gradient, greatest, greatest, V.SelectGreater(least, gradient, least, gradient)), ref value, ref first, ref second);
    }
}
