namespace MoECompiler.Ops;

/// <summary>How a reduction puts elements together: each is mapped, then joined to what there is.</summary>
internal interface IReducer
{
    /// <summary>What changes nothing when it is joined.</summary>
    static abstract float Identity { get; }

    static abstract V Join<V>(V left, V right) where V : unmanaged, ILanes<V>;

    static abstract float Across<V>(V lanes) where V : unmanaged, ILanes<V>;

    /// <summary>What is mapped to the identity.</summary>
    float Padding { get; }

    V Map<V>(V x) where V : unmanaged, ILanes<V>;
}

internal readonly struct SumReducer : IReducer
{
    public static float Identity => 0;

    public static V Join<V>(V left, V right) where V : unmanaged, ILanes<V> => left + right;

    public static float Across<V>(V lanes) where V : unmanaged, ILanes<V> => V.SumAcross(lanes);

    public float Padding => 0;

    public V Map<V>(V x) where V : unmanaged, ILanes<V> => x;
}

internal readonly struct MaxReducer : IReducer
{
    public static float Identity => float.NegativeInfinity;

    public static V Join<V>(V left, V right) where V : unmanaged, ILanes<V> => V.Max(left, right);

    public static float Across<V>(V lanes) where V : unmanaged, ILanes<V> => V.MaxAcross(lanes);

    public float Padding => float.NegativeInfinity;

    public V Map<V>(V x) where V : unmanaged, ILanes<V> => x;
}

internal readonly struct MinReducer : IReducer
{
    public static float Identity => float.PositiveInfinity;

    public static V Join<V>(V left, V right) where V : unmanaged, ILanes<V> => V.Min(left, right);

    public static float Across<V>(V lanes) where V : unmanaged, ILanes<V> => -V.MaxAcross(-lanes);

    public float Padding => float.PositiveInfinity;

    public V Map<V>(V x) where V : unmanaged, ILanes<V> => x;
}

/// <summary>The sum of (x - mean)^2.</summary>
internal readonly struct SquaredDistanceReducer(float mean) : IReducer
{
    public static float Identity => 0;

    public static V Join<V>(V left, V right) where V : unmanaged, ILanes<V> => left + right;

    public static float Across<V>(V lanes) where V : unmanaged, ILanes<V> => V.SumAcross(lanes);

    public float Padding => mean;

    public V Map<V>(V x) where V : unmanaged, ILanes<V>
    {
        V distance = x - V.Of(mean);
        return distance * distance;
    }
}
