using MoECompiler.Graphs;
using MoECompiler.Reference;

namespace MoECompiler.Tests.Ops;

/// <summary>The value of an operand in a test: floats or integers, row-major.</summary>
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

    public bool IsFloat => Type.Type == DType.F32;

    public static TestTensor F32(int[] shape, params float[] elements) => new(DType.F32, shape, elements, []);

    public static TestTensor I32(int[] shape, params int[] elements) => new(DType.I32, shape, [], elements);

    public ReferenceTensor ToReference() => new(Shape, IsFloat ? [.. Floats.Select(static f => (double)f)] : [.. Integers.Select(static i => (double)i)]);
}
