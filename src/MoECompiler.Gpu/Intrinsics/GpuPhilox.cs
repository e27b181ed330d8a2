namespace MoECompiler;

/// <summary>
/// What the random words of one call depend on, for kernels: the words of <see cref="Philox"/>, a block of four at a time, as four elements in
/// a row share them.
/// </summary>
internal readonly struct GpuPhilox
{
    private readonly uint _step, _site, _layer;
    private readonly ulong _key;

    /// <exception cref="OverflowException">The step is not below 2^32.</exception>
    public GpuPhilox(RandomState random, int site)
    {
        _step = checked((uint)random.Step);
        _site = (uint)site;
        _layer = (uint)random.Layer;
        _key = random.Seed;
    }

    /// <summary>The words of elements 4 * <paramref name="block"/> to 4 * <paramref name="block"/> + 3.</summary>
    public (uint X, uint Y, uint Z, uint W) Words(uint block) => Philox.Block(block, _step, _site, _layer, _key);

    /// <summary>Those of another layer.</summary>
    public (uint X, uint Y, uint Z, uint W) Words(uint block, int layer) => Philox.Block(block, _step, _site, (uint)layer, _key);
}
