namespace MoECompiler.Graphs;

/// <summary>The element type and the extents of a value; prints as <c>f32[B, Width]</c>.</summary>
public sealed record TensorType(DType Type, EquatableArray<Size> Shape)
{
    public int Rank => Shape.Count;

    /// <summary>The number of elements.</summary>
    public Size Count => Size.Product(Shape);

    /// <summary>The innermost extent; 1 for a scalar.</summary>
    public Size Columns => Rank == 0 ? Size.One : Shape[Rank - 1];

    /// <summary>The product of all extents but the innermost: what a kernel on rows calls its rows.</summary>
    public Size Rows => Size.Product(Shape.Take(Math.Max(0, Rank - 1)));

    /// <summary>The bytes of a dense value.</summary>
    public Size Bytes => Type.Bytes() * Count;

    public static TensorType F32(params Size[] shape) => new(DType.F32, shape.ToEquatable());

    public static TensorType F16(params Size[] shape) => new(DType.F16, shape.ToEquatable());

    public static TensorType BF16(params Size[] shape) => new(DType.BF16, shape.ToEquatable());

    public static TensorType NF4(params Size[] shape) => new(DType.NF4, shape.ToEquatable());

    public static TensorType I32(params Size[] shape) => new(DType.I32, shape.ToEquatable());

    /// <summary>This type with other elements.</summary>
    public TensorType As(DType type) => this with { Type = type };

    public TensorType WithShape(IEnumerable<Size> shape) => this with { Shape = shape.ToEquatable() };

    /// <summary>This type with another innermost extent.</summary>
    public TensorType WithColumns(Size columns) => WithShape([.. Shape.Take(Rank - 1), columns]);

    public override string ToString() => $"{Type.Word()}[{string.Join(", ", Shape)}]";
}
