using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>What a router decides by.</summary>
/// <param name="X">f32[T, Width], a row a token.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Experts">E.</param>
/// <param name="TopK">K.</param>
/// <param name="Shape">The extents of what the layer was given, without the last: T is their product.</param>
/// <param name="Ids">i32, a number a token or a sample; null where the layer is given none.</param>
internal sealed record RouterInput(Value X, Size Width, Size Experts, Size TopK, EquatableArray<Size> Shape, Value? Ids)
{
    /// <summary>T.</summary>
    public Size Tokens => X.Type.Rows;

    /// <summary>i32[T].</summary>
    /// <exception cref="ShapeError">There are none, or not one a token.</exception>
    public Value IdOfToken(GraphBuilder graph, string part)
    {
        Value ids = Given(part);
        return ids.Type.Shape.Equals(Shape)
            ? graph.Reshape(ids, [Tokens], "ids")
            : throw new ShapeError($"takes an id for each row, i32[{string.Join(", ", Shape)}], with {part} and is given {ids.Type}");
    }

    /// <summary>The table's row of each token's id, or of its sample's: f32[T, N].</summary>
    /// <exception cref="ShapeError">There are no ids, or neither one a token nor one a sample.</exception>
    public Value RowsOfIds(GraphBuilder graph, Value table, string part, string name)
    {
        Value ids = Given(part);
        Size columns = table.Type.Columns;
        Value rows = graph.Add(new Gather(), name, table, ids);
        if (ids.Type.Shape.Equals(Shape))
            return graph.Reshape(rows, [Tokens, columns], name);
        if (!ids.Type.Shape.SequenceEqual(Shape.Take(1)))
        {
            throw new ShapeError(
                $"takes an id for each row or each sample, i32[{string.Join(", ", Shape)}] or i32[{Shape[0]}], with {part} and is given {ids.Type}");
        }
        Value one = graph.Reshape(rows, [Shape[0], .. Shape.Skip(1).Select(static _ => Size.One), columns], name);
        return graph.Reshape(graph.BroadcastTo(one, [.. Shape, columns], name), [Tokens, columns], name);
    }

    private Value Given(string part) => Ids ?? throw new ShapeError($"takes ids as a second argument with {part} and is given none");
}
