using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>The methods of Tensor that give the same elements another shape.</summary>
internal static class ShapeCalls
{
    public static Value Reshape(TensorArguments call)
    {
        Value x = call.Tensor(0);
        List<Size> extents = [.. call.Sizes("extents")];
        int free = extents.FindIndex(static e => e.Constant == -1);
        Size others = Size.Product(extents.Where((_, i) => i != free));
        if (extents.Where((_, i) => i != free).Any(static e => e.Constant < 1))
            throw new ShapeError($"Reshape takes extents of at least 1, one of which may be -1, and is given [{string.Join(", ", extents)}]");
        if (free >= 0)
        {
            extents[free] = x.Type.Count.TryDivide(others)
                ?? throw new ShapeError($"Reshape of {x.Type} to [{string.Join(", ", extents)}]: {x.Type.Count} is not {others} times an extent, whatever the sizes are");
        }
        return call.Graph.Reshape(x, extents, x.Name);
    }

    /// <summary>Another order of the axes; without one, the inner two change places.</summary>
    public static Value Transpose(TensorArguments call)
    {
        Value x = call.Tensor(0);
        int rank = x.Type.Rank;
        int[] order = call.Axes("order");
        if (order.Length == 0)
        {
            if (rank < 2)
                throw new ShapeError($"Transpose takes f32[..., M, N] and is given {x.Type}");
            order = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2];
        }
        return call.Graph.Add(new Transpose(order.ToEquatable()), "transposed", x);
    }

    /// <summary>Some indices of an axis: at least one, from 0 on, and none past the end at the default sizes.</summary>
    public static Value Slice(TensorArguments call)
    {
        Value x = call.Tensor(0);
        (int axis, Size start, Size count) = (call.Axis("axis"), call.Size("start"), call.Size("count"));
        if (axis >= 0 && axis < x.Type.Rank)
        {
            Size rest = x.Type.Shape[axis] - start - count;
            if (call.AtDefaults(start) < 0 || call.AtDefaults(count) < 1 || call.AtDefaults(rest) < 0)
                throw new ShapeError($"Slice of {count} from {start} on is not within axis {axis} of {x.Type}");
        }
        return call.Graph.Add(new Slice(axis, start, count), "slice", x);
    }

    public static Value Squeeze(TensorArguments call)
    {
        Value x = call.Tensor(0);
        int axis = call.Axis("axis");
        if (axis < 0 || axis >= x.Type.Rank || x.Type.Shape[axis] != Size.One)
            throw new ShapeError($"Squeeze takes an extent of 1 out and is given axis {axis} of {x.Type}");
        return call.Graph.Reshape(x, x.Type.Shape.Where((_, i) => i != axis), x.Name);
    }

    public static Value Unsqueeze(TensorArguments call)
    {
        Value x = call.Tensor(0);
        int axis = (int)call.Size("axis").Constant!.Value;
        axis = axis < 0 ? axis + x.Type.Rank + 1 : axis;
        if (axis < 0 || axis > x.Type.Rank)
            throw new ShapeError($"Unsqueeze puts an extent of 1 in and is given axis {axis} of {x.Type}");
        return call.Graph.Reshape(x, [.. x.Type.Shape.Take(axis), Size.One, .. x.Type.Shape.Skip(axis)], x.Name);
    }
}
