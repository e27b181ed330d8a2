namespace MoECompiler;

/// <summary>What a product's kernel does with each finished sum before it stores it. The generator emits one struct a fused formula.</summary>
public unsafe interface IEpilogue
{
    /// <param name="sum">The sums of row <paramref name="row"/>, columns <paramref name="column"/> and on.</param>
    /// <param name="row">The row of the result.</param>
    /// <param name="column">The first column of the result.</param>
    V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V>;
}

/// <summary>Stores the sums as they are.</summary>
public readonly struct NoEpilogue : IEpilogue
{
    public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => sum;
}
