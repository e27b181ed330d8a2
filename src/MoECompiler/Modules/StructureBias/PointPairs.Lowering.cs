using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>The pairs of points in space, some of which are known: their differences and distances.</summary>
internal sealed class PointPairs
{
    private readonly GraphBuilder _graph;
    private readonly Value[] _rows, _columns;

    /// <param name="graph">Where to add nodes.</param>
    /// <param name="coordinates">f32[B, S, 3].</param>
    /// <param name="known">f32[B, S], greater than 0 where a point is known.</param>
    /// <exception cref="ShapeError">They are of other shapes.</exception>
    public PointPairs(GraphBuilder graph, Value coordinates, Value known)
    {
        if (coordinates.Type.Rank != 3 || coordinates.Type.Columns.Constant != 3)
            throw new ShapeError($"takes the coordinates of points, f32[B, S, 3], and is given {coordinates.Type}");
        (_graph, Known, Batch, Count) = (graph, known, coordinates.Type.Shape[0], coordinates.Type.Shape[1]);
        if (known.Type != TensorType.F32(Batch, Count))
            throw new ShapeError($"takes which of {Count} points are known, f32[{Batch}, {Count}], and is given {known.Type}");
        KnownRows = graph.Reshape(known, [Batch, Count, Size.One], "knownRows");

        // What is not known may be no number, and nothing may come of it.
        Value points = graph.Elementwise(Scalar.Select(Scalar.In(0), Scalar.In(1), 0f), [KnownRows, coordinates], "points");
        EquatableArray<Value> axes = graph.AddNode(
            new Split([Size.One, Size.One, Size.One]), ["x", "y", "z"], [graph.Add(new Transpose([2, 0, 1]), "axes", points)]);
        _rows = [.. axes.Select(axis => graph.Reshape(axis, [Batch, Count, Size.One], $"{axis.Name}Rows"))];
        _columns = [.. axes.Select(axis => graph.Reshape(axis, [Batch, Size.One, Count], $"{axis.Name}Columns"))];
    }

    public Size Batch { get; }

    /// <summary>How many points a sample has.</summary>
    public Size Count { get; }

    /// <summary>f32[B, S].</summary>
    public Value Known { get; }

    /// <summary>f32[B, S, 1].</summary>
    public Value KnownRows { get; }

    /// <summary>f32[B, S, S]: the lengths of the differences. At 0 the slope is said to be 0, as no direction leads nearer.</summary>
    public Value Distances() => _graph.Elementwise(Length(Scalar.In(0)), [Squares()], "distances");

    /// <summary>
    /// f32[B, S, S]: 1 / (distance + <paramref name="epsilon"/>), which makes differences of unit vectors; 0 where they are 0 and for pairs that are
    /// not known.
    /// </summary>
    public Value InverseDistances(float epsilon)
    {
        Value columns = _graph.Reshape(Known, [Batch, Size.One, Count], "knownColumns");
        ScalarExpression isPair = Scalar.Step(Scalar.In(0)) * Scalar.Step(Scalar.In(1)) * Scalar.In(2);
        return _graph.Elementwise(
            Scalar.Select(isPair, Scalar.Reciprocal(Length(Scalar.In(2)) + epsilon), 0f), [KnownRows, columns, Squares()], "inverseDistances");
    }

    /// <summary>f32[B, S, S]: a coordinate of the first less that of the second, times a <paramref name="factor"/> and an <paramref name="other"/> of the pair.</summary>
    public Value Differences(int axis, Value factor, Value other) => _graph.Elementwise(
        (Scalar.In(0) - Scalar.In(1)) * Scalar.In(2) * Scalar.In(3), [_rows[axis], _columns[axis], factor, other], "differences");

    private Value Squares()
    {
        ScalarExpression square = Scalar.Square(Scalar.In(0) - Scalar.In(1)) + Scalar.Square(Scalar.In(2) - Scalar.In(3)) + Scalar.Square(Scalar.In(4) - Scalar.In(5));
        return _graph.Elementwise(square, [_rows[0], _columns[0], _rows[1], _columns[1], _rows[2], _columns[2]], "squares");
    }

    /// <summary>The root of a square; the slope at 0 is 0, where that of the root is infinite.</summary>
    private static ScalarExpression Length(ScalarExpression square) => Scalar.Step(square) * Scalar.Sqrt(Scalar.Select(square, square, 1f));
}
