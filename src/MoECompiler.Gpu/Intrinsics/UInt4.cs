namespace MoECompiler;

/// <summary>Two words that a thread moves at once: four floats of 16 bits, the first in the lower half of <see cref="X"/>.</summary>
public readonly struct UInt2(uint x, uint y)
{
    public readonly uint X = x;

    public readonly uint Y = y;
}

/// <summary>Four words that a thread moves at once: eight floats of 16 bits, the first in the lower half of <see cref="X"/>.</summary>
public readonly struct UInt4(uint x, uint y, uint z, uint w)
{
    public readonly uint X = x;

    public readonly uint Y = y;

    public readonly uint Z = z;

    public readonly uint W = w;
}
