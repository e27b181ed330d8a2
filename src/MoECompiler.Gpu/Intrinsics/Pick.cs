namespace MoECompiler;

/// <summary>The greatest of some numbers in registers, for a top-k: ties go to the lower index, and NaN counts as the least.</summary>
public readonly struct Pick
{
    /// <summary>Nothing as yet: whatever is offered is taken.</summary>
    public static Pick None => new(0f, -1);

    private Pick(float value, int index)
    {
        Value = value;
        Index = index;
    }

    public float Value { get; }

    /// <summary>-1 for nothing.</summary>
    public int Index { get; }

    /// <summary>A set in which the numbers from <paramref name="count"/> on are taken already: they are not there.</summary>
    public static ulong TakenFrom(int count) => count >= 64 ? 0ul : ulong.MaxValue << count;

    /// <summary>The set with this index in it.</summary>
    public ulong AddTo(ulong taken) => Index < 0 ? taken : taken | 1ul << Index;

    /// <summary>The better of this and a number, unless it is taken.</summary>
    public Pick Or(float value, int index, ulong taken)
    {
        bool isBetter = Index < 0 || value > Value || (GpuMath.IsNaN(Value) && !GpuMath.IsNaN(value));
        return (taken >> index & 1ul) == 0ul && isBetter ? new Pick(value, index) : this;
    }
}
