namespace MoECompiler.Ops;

/// <summary>
/// Reductions of one row: four groups of sixteen lanes take turns, so that no sum waits for the one before, and are joined in order; what
/// is left of the row follows.
/// </summary>
internal static unsafe class RowStatistics
{
    public static float Maximum<V>(float* x, int count) where V : unmanaged, ILanes<V> => Reduce<MaxReducer, V>(default, x, count);

    public static float Sum<V>(float* x, int count) where V : unmanaged, ILanes<V> => Reduce<SumReducer, V>(default, x, count);

    public static float Reduce<TReducer, V>(TReducer reducer, float* x, int count)
        where TReducer : struct, IReducer
        where V : unmanaged, ILanes<V> =>
        TReducer.Across(Join(reducer, V.Of(TReducer.Identity), x, count));

    /// <summary>Joins the elements of a row to what the lanes hold.</summary>
    public static V Join<TReducer, V>(TReducer reducer, V lanes, float* x, int count)
        where TReducer : struct, IReducer
        where V : unmanaged, ILanes<V>
    {
        int i = 0;
        if (count >= 4 * V.Count)
        {
            V second = V.Of(TReducer.Identity), third = second, fourth = second;
            for (; i + 4 * V.Count <= count; i += 4 * V.Count)
            {
                lanes = TReducer.Join(lanes, reducer.Map(V.Load(x + i)));
                second = TReducer.Join(second, reducer.Map(V.Load(x + i + V.Count)));
                third = TReducer.Join(third, reducer.Map(V.Load(x + i + 2 * V.Count)));
                fourth = TReducer.Join(fourth, reducer.Map(V.Load(x + i + 3 * V.Count)));
            }
            lanes = TReducer.Join(TReducer.Join(lanes, second), TReducer.Join(third, fourth));
        }
        for (; i + V.Count <= count; i += V.Count)
            lanes = TReducer.Join(lanes, reducer.Map(V.Load(x + i)));
        return i < count ? TReducer.Join(lanes, reducer.Map(Part.Load<V>(x + i, count - i, reducer.Padding))) : lanes;
    }

    /// <summary>The sum of x y.</summary>
    public static float Dot<V>(float* x, float* y, int count) where V : unmanaged, ILanes<V>
    {
        V first = V.Zero, second = V.Zero, third = V.Zero, fourth = V.Zero;
        int i = 0;
        for (; i + 4 * V.Count <= count; i += 4 * V.Count)
        {
            first = V.FusedMultiplyAdd(V.Load(x + i), V.Load(y + i), first);
            second = V.FusedMultiplyAdd(V.Load(x + i + V.Count), V.Load(y + i + V.Count), second);
            third = V.FusedMultiplyAdd(V.Load(x + i + 2 * V.Count), V.Load(y + i + 2 * V.Count), third);
            fourth = V.FusedMultiplyAdd(V.Load(x + i + 3 * V.Count), V.Load(y + i + 3 * V.Count), fourth);
        }
        first = first + second + (third + fourth);
        for (; i + V.Count <= count; i += V.Count)
            first = V.FusedMultiplyAdd(V.Load(x + i), V.Load(y + i), first);
        if (i < count)
            first = V.FusedMultiplyAdd(Part.Load<V>(x + i, count - i, 0), Part.Load<V>(y + i, count - i, 0), first);
        return V.SumAcross(first);
    }

    /// <summary>The sum of exp(x - maximum). One group of lanes: the exponentials keep it busy.</summary>
    private static float SumOfExponentials<V>(float* x, float maximum, int count) where V : unmanaged, ILanes<V>
    {
        V shift = V.Of(maximum);
        V lanes = V.Zero;
        int i = 0;
        for (; i + V.Count <= count; i += V.Count)
            lanes += Lane.Exp(V.Load(x + i) - shift);
        if (i < count)
            lanes += Lane.Exp(Part.Load<V>(x + i, count - i, float.NegativeInfinity) - shift);
        return V.SumAcross(lanes);
    }

    /// <summary>Writes y = exp(x - maximum) and gives the sum.</summary>
    public static float Exponentials<V>(float* x, float* y, float maximum, int count) where V : unmanaged, ILanes<V>
    {
        V shift = V.Of(maximum);
        V lanes = V.Zero;
        int i = 0;
        for (; i + V.Count <= count; i += V.Count)
        {
            V power = Lane.Exp(V.Load(x + i) - shift);
            power.Store(y + i);
            lanes += power;
        }
        if (i < count)
        {
            V power = Lane.Exp(Part.Load<V>(x + i, count - i, float.NegativeInfinity) - shift);
            Part.Store(power, y + i, count - i);
            lanes += power;
        }
        return V.SumAcross(lanes);
    }

    /// <summary>log(sum(exp(x - maximum))): what the log-sum-exp is above the maximum; 0 where the maximum is infinite.</summary>
    public static float LogSumAboveMaximum<V>(float* x, float maximum, int count) where V : unmanaged, ILanes<V>
    {
        if (float.IsInfinity(maximum))
            return 0;
        float log;
        Lane.Log(Lanes1.Of(SumOfExponentials<V>(x, maximum, count))).Store(&log);
        return log;
    }
}
