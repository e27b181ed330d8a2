namespace MoECompiler.Ops;

/// <summary>Reductions of one row that softmax, its kin and the norms share; in sixteen lanes, from the first element to the last.</summary>
internal static unsafe class RowStatistics
{
    public static float Maximum<V>(float* x, int count) where V : unmanaged, ILanes<V>
    {
        V lanes = V.Of(float.NegativeInfinity);
        int i = 0;
        for (; i + V.Count <= count; i += V.Count)
            lanes = V.Max(lanes, V.Load(x + i));
        if (i < count)
            lanes = V.Max(lanes, Part.Load<V>(x + i, count - i, float.NegativeInfinity));
        return V.MaxAcross(lanes);
    }

    public static float Sum<V>(float* x, int count) where V : unmanaged, ILanes<V>
    {
        V lanes = V.Zero;
        int i = 0;
        for (; i + V.Count <= count; i += V.Count)
            lanes += V.Load(x + i);
        if (i < count)
            lanes += Part.Load<V>(x + i, count - i, 0);
        return V.SumAcross(lanes);
    }

    /// <summary>The sum of x y.</summary>
    public static float Dot<V>(float* x, float* y, int count) where V : unmanaged, ILanes<V>
    {
        V lanes = V.Zero;
        int i = 0;
        for (; i + V.Count <= count; i += V.Count)
            lanes = V.FusedMultiplyAdd(V.Load(x + i), V.Load(y + i), lanes);
        if (i < count)
            lanes = V.FusedMultiplyAdd(Part.Load<V>(x + i, count - i, 0), Part.Load<V>(y + i, count - i, 0), lanes);
        return V.SumAcross(lanes);
    }

    /// <summary>The sum of (x - mean)^2.</summary>
    public static float SquaredDistance<V>(float* x, float mean, int count) where V : unmanaged, ILanes<V>
    {
        V center = V.Of(mean);
        V lanes = V.Zero;
        int i = 0;
        for (; i + V.Count <= count; i += V.Count)
        {
            V distance = V.Load(x + i) - center;
            lanes = V.FusedMultiplyAdd(distance, distance, lanes);
        }
        if (i < count)
        {
            V distance = Part.Load<V>(x + i, count - i, mean) - center;
            lanes = V.FusedMultiplyAdd(distance, distance, lanes);
        }
        return V.SumAcross(lanes);
    }

    /// <summary>The sum of exp(x - maximum).</summary>
    public static float SumOfExponentials<V>(float* x, float maximum, int count) where V : unmanaged, ILanes<V>
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
