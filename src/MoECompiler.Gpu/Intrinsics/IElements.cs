namespace MoECompiler;

/// <summary>A result that a kernel computes in floats, whatever it is stored as.</summary>
internal interface IElements
{
    void Put(long at, float value);
}

/// <summary>Floats as they are.</summary>
internal readonly struct WideElements(ArrayView<float> view) : IElements
{
    public void Put(long at, float value) => view[at] = value;
}

/// <summary>Floats of 16 bits: each number is rounded to nearest.</summary>
internal readonly struct NarrowElements<T>(ArrayView<ushort> view) : IElements where T : struct, INarrowFloat
{
    public void Put(long at, float value) => view[at] = (ushort)T.Narrow(value);
}
