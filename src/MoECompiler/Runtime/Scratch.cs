using System.Runtime.InteropServices;

namespace MoECompiler;

/// <summary>Native memory that grows to the most that was ever reserved, so that after the first run of a model nothing more is allocated.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    private float* _memory;
    private long _floats;

    ~Scratch() => Free();

    /// <summary>The memory, with at least so many floats. What was in it is lost if it must grow.</summary>
    public float* Reserve(long floats)
    {
        if (floats > _floats)
        {
            Free();
            _memory = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), HostBuffer.Alignment);
            _floats = floats;
        }
        return _memory;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _floats = 0;
    }
}
