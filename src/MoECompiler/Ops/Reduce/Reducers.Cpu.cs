namespace MoECompiler.Ops;

/// <summary>How a reduction puts elements together.</summary>
internal interface IReducer
{
    /// <summary>What changes nothing: the start, and the padding.</summary>
    static abstract float Identity { get; }

    static abstract V Join<V>(V left, V right) where V : unmanaged, ILanes<V>;

    static abstract float Across<V>(V lanes) where V : unmanaged, ILanes<V>;
}

internal readonly struct SumReducer : IReducer
{
    public static float Identity => 0;

    public static V Join<V>(V left, V right) where V : unmanaged, ILanes<V> => left + right;

    public static float Across<V>(V lanes) where V : unmanaged, ILanes<V> => V.SumAcross(lanes);
}

internal readonly struct MaxReducer : IReducer
{
    public static float Identity => float.NegativeInfinity;

    public static V Join<V>(V left, V right) where V : unmanaged, ILanes<V> => V.Max(left, right);

    public static float Across<V>(V lanes) where V : unmanaged, ILanes<V> => V.MaxAcross(lanes);
}

internal readonly struct MinReducer : IReducer
{
    public static float Identity => float.PositiveInfinity;

    public static V Join<V>(V left, V right) where V : unmanaged, ILanes<V> => V.Min(left, right);

    public static float Across<V>(V lanes) where V : unmanaged, ILanes<V> => -V.MaxAcross(-lanes);
}
