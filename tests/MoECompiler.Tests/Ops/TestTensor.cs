using MoECompiler.Graphs;
using MoECompiler.Reference;

namespace MoECompiler.Tests.Ops;

/// <summary>The value of an operand in a test: floats, which are rounded where they are stored in 16 bits, or integers; row-major.</summary>
public sealed class TestTensor
{
    private TestTensor(DType type, int[] shape, float[] floats, int[] integers)
    {
        Type = new TensorType(type, shape.Select(static extent => Size.Of(extent)).ToEquatable());
        Shape = shape;
        Floats = floats;
        Integers = integers;
    }

    public TensorType Type { get; }

    public int[] Shape { get; }

    public float[] Floats { get; }

    public int[] Integers { get; }

    public bool IsFloat => Type.Type.IsFloat();

    public static TestTensor F32(int[] shape, params float[] elements) => new(DType.F32, shape, elements, []);

    public static TestTensor I32(int[] shape, params int[] elements) => new(DType.I32, shape, [], elements);

    /// <summary>The same, rounded to 16 bits each.</summary>
    public TestTensor As<T>() where T : unmanaged => new(Of<T>(), Shape, [.. Floats.Select(Rounded<T>)], []);

    /// <summary>The type of these elements in a graph.</summary>
    public static DType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.F32 : typeof(T) == typeof(Half) ? DType.F16 : typeof(T) == typeof(BFloat16) ? DType.BF16 : DType.I32;

    public ReferenceTensor ToReference() => new(Shape, IsFloat ? [.. Floats.Select(static f => (double)f)] : [.. Integers.Select(static i => (double)i)]);

    private static float Rounded<T>(float number) =>
        typeof(T) == typeof(Half) ? (float)(Half)number : typeof(T) == typeof(BFloat16) ? (float)(BFloat16)number : number;
}
