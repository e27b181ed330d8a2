namespace MoECompiler.Graphs;

/// <summary>Says whether a graph is well formed: runs after every pass in tests and in Debug builds.</summary>
public static class GraphChecker
{
    /// <exception cref="InvalidOperationException">A value is used before it is defined, defined twice, or has not the type that its op infers.</exception>
    public static Graph Check(Graph graph)
    {
        Dictionary<string, Value> defined = new(StringComparer.Ordinal);
        foreach (Value value in graph.Inputs.Concat(graph.Parameters.Select(static p => p.Value)))
            Define(value, "input");
        foreach (Node node in graph.Nodes)
        {
            foreach (Value operand in node.Operands)
                Use(operand, GraphPrinter.Print(node));
            EquatableArray<TensorType> types = node.Op.Infer(node.Operands.Select(static o => o.Type).ToEquatable());
            for (int i = 0; i < node.Results.Count; i++)
            {
                if (!types[i].Equals(node.Results[i].Type))
                    throw new InvalidOperationException($"{GraphPrinter.Print(node)}: result {i} should be {types[i]}.");
                Define(node.Results[i], GraphPrinter.Print(node));
            }
        }
        foreach (Output output in graph.Outputs)
            Use(output.Value, $"output {output.Name}");
        return graph;

        void Define(Value value, string where)
        {
            if (defined.ContainsKey(value.Name))
                throw new InvalidOperationException($"{where}: `{value.Name}` is defined twice.");
            defined.Add(value.Name, value);
        }

        void Use(Value value, string where)
        {
            if (!defined.TryGetValue(value.Name, out Value? definition))
                throw new InvalidOperationException($"{where}: `{value.Name}` is used before it is defined.");
            if (!definition.Equals(value))
                throw new InvalidOperationException($"{where}: `{value}` was defined as `{definition}`.");
        }
    }
}
