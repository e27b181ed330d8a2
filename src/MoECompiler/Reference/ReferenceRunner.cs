namespace MoECompiler.Reference;

/// <summary>Runs a graph by the definitions of its ops: slowly, in double precision, one node after the other.</summary>
public static class ReferenceRunner
{
    /// <summary>The graph's outputs by name.</summary>
    /// <param name="graph">What to compute.</param>
    /// <param name="inputsAndParameters">The values of the graph's inputs and parameters, by the names that they have in it.</param>
    /// <param name="context">The bound sizes, and what random ops draw from.</param>
    /// <exception cref="ReferenceException">A value is missing or of another shape, or a node fails; the message names it.</exception>
    public static IReadOnlyDictionary<string, ReferenceTensor> Run(
        Graph graph, IReadOnlyDictionary<string, ReferenceTensor> inputsAndParameters, ReferenceContext context)
    {
        IReadOnlyDictionary<string, ReferenceTensor> values = RunAll(graph, inputsAndParameters, context);
        return graph.Outputs.ToDictionary(static o => o.Name, o => values[o.Value.Name], StringComparer.Ordinal);
    }

    /// <summary>Every value of the graph by name, the inputs and parameters included.</summary>
    /// <inheritdoc cref="Run"/>
    public static IReadOnlyDictionary<string, ReferenceTensor> RunAll(
        Graph graph, IReadOnlyDictionary<string, ReferenceTensor> inputsAndParameters, ReferenceContext context)
    {
        Dictionary<string, ReferenceTensor> values = new(StringComparer.Ordinal);
        foreach (Value value in graph.Inputs.Concat(graph.Parameters.Select(static p => p.Value)))
            values.Add(value.Name, Given(value, inputsAndParameters, context));
        foreach (Node node in graph.Nodes)
        {
            ReferenceTensor[] results = RunNode(node, values, context);
            for (int i = 0; i < results.Length; i++)
                values.Add(node.Results[i].Name, results[i]);
        }
        return values;
    }

    private static ReferenceTensor Given(Value value, IReadOnlyDictionary<string, ReferenceTensor> given, ReferenceContext context)
    {
        if (!given.TryGetValue(value.Name, out ReferenceTensor? tensor))
            throw new ReferenceException($"`{value}` is given no value.");
        int[] shape = Shape(value, context);
        if (!tensor.Shape.SequenceEqual(shape) || tensor.Data.Length != RowMajor.Count(shape))
            throw new ReferenceException(
                $"`{value}` takes [{string.Join(", ", shape)}] and is given [{string.Join(", ", tensor.Shape)}] with {tensor.Data.Length} elements.");
        return tensor;
    }

    private static ReferenceTensor[] RunNode(Node node, Dictionary<string, ReferenceTensor> values, ReferenceContext context)
    {
        if (node.Op is not IReference definition)
            throw new ReferenceException($"{GraphPrinter.Print(node)}: `{node.Op.Name}` has no definition.");
        int[][] shapes = [.. node.Results.Select(r => Shape(r, context))];
        ReferenceTensor[] results;
        try
        {
            results = definition.Run([.. node.Operands.Select(o => values[o.Name])], shapes, context);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new ReferenceException($"{GraphPrinter.Print(node)}: {exception.Message}", exception);
        }
        if (!results.Select(static r => r.Shape).SequenceEqual(shapes, ShapeComparer.Instance))
            throw new ReferenceException($"{GraphPrinter.Print(node)}: the definition gives other shapes than the shape rule.");
        for (int i = 0; i < results.Length; i++)
            results[i] = results[i] with { Data = Rounding.To(node.Results[i].Type.Type, results[i].Data) };
        return results;
    }

    private static int[] Shape(Value value, ReferenceContext context) => [.. value.Type.Shape.Select(context.Evaluate)];

    private sealed class ShapeComparer : IEqualityComparer<int[]>
    {
        public static ShapeComparer Instance { get; } = new();

        public bool Equals(int[]? x, int[]? y) => x is not null && y is not null && x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] shape) => shape.Length;
    }
}

/// <summary>A graph cannot be run by its definitions: the message names the value or the node.</summary>
public sealed class ReferenceException(string message, Exception? inner = null) : Exception(message, inner);
