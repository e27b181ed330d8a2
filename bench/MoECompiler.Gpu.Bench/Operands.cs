namespace MoECompiler.Gpu.Bench;

/// <summary>Memory that lies where it is computed.</summary>
internal static class Operands
{
    public static View<float> New(Device device, params ReadOnlySpan<int> extents)
    {
        Extents all = new(extents);
        return device.Allocate(sizeof(float) * all.Count).View<float>(all);
    }

    /// <summary>Numbers from -1 to 1.</summary>
    public static View<float> Random(Device device, int seed, params ReadOnlySpan<int> extents)
    {
        Random random = new(seed);
        View<float> view = New(device, extents);
        float[] numbers = new float[view.Count];
        foreach (ref float x in numbers.AsSpan())
            x = 2 * random.NextSingle() - 1;
        view.CopyFrom(numbers);
        return view;
    }
}
