namespace MoECompiler.Graphs;

/// <summary>Says whether a graph is well formed: what every pass may rely on, and must leave so. Tests check after each pass.</summary>
public static class GraphChecker
{
    /// <summary>The graph itself.</summary>
    /// <exception cref="InvalidOperationException">
    /// A value is used before it is defined, defined twice, or has not the type that its op infers; a formula asks for an operand that its
    /// node lacks; an output's name is taken, or its value is not what its kind says. The message names the graph and the node.
    /// </exception>
    public static Graph Check(Graph graph)
    {
        Dictionary<string, Value> defined = new(StringComparer.Ordinal);
        foreach (Value value in graph.Given)
            Define(value, "inputs");
        foreach (Node node in graph.Nodes)
        {
            string text = GraphPrinter.Print(node);
            foreach (Value operand in node.Operands)
                Use(operand, text);
            CheckTypes(graph, node, text);
            CheckFormula(graph, node, text);
            if (node.Statement < -1 || node.Statement >= graph.Statements.Count)
                throw Error(graph, text, $"there is no statement {node.Statement}");
            if (node.Op is Repeat repeat)
                CheckLayer(graph, repeat, text);
            else if (node.Op is Region region)
                Check(region.Body);
            foreach (Value result in node.Results)
                Define(result, text);
        }
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Output output in graph.Outputs)
        {
            string text = $"output {output.Name}";
            Use(output.Value, text);
            if (!names.Add(output.Name))
                throw Error(graph, text, "the name is taken by another output");
            CheckOutput(graph, output, text);
        }
        return graph;

        void Define(Value value, string where)
        {
            if (defined.ContainsKey(value.Name))
                throw Error(graph, where, $"`{value.Name}` is defined twice");
            defined.Add(value.Name, value);
        }

        void Use(Value value, string where)
        {
            if (!defined.TryGetValue(value.Name, out Value? definition))
                throw Error(graph, where, $"`{value.Name}` is used before it is defined");
            if (!definition.Equals(value))
                throw Error(graph, where, $"`{value}` was defined as `{definition}`");
        }
    }

    private static void CheckTypes(Graph graph, Node node, string text)
    {
        EquatableArray<TensorType> types;
        try
        {
            types = node.Op.Infer(node.Operands.Select(static o => o.Type).ToEquatable());
        }
        catch (Exception error) when (error is ShapeError or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw Error(graph, text, error is ShapeError ? error.Message : "operands are missing", error);
        }
        if (types.Count != node.Results.Count)
            throw Error(graph, text, $"there are {node.Results.Count} results and should be {types.Count}");
        for (int i = 0; i < types.Count; i++)
        {
            if (!types[i].Equals(node.Results[i].Type))
                throw Error(graph, text, $"result {i} should be {types[i]}");
        }
    }

    private static void CheckFormula(Graph graph, Node node, string text)
    {
        if (node.Op is Elementwise elementwise)
        {
            if (node.Operands.Count > Elementwise.MaximumOperands)
                throw Error(graph, text, $"a formula takes {Elementwise.MaximumOperands} operands at most");
            if (elementwise.Expression.Inputs.Any(i => i < 0 || i >= node.Operands.Count))
                throw Error(graph, text, $"there are {node.Operands.Count} operands");
        }
        else if (node.Op is IFusesEpilogue product)
        {
            EquatableArray<Value> further = node.Operands.Skip(product.ProductOperands).ToEquatable();
            if (further.Count > EpilogueOperands.Most(product))
                throw Error(graph, text, $"an epilogue takes {EpilogueOperands.Most(product)} operands at most");
            if (further.Count > 0 && product.Epilogue is null || product.Epilogue?.Inputs.Any(i => i < 0 || i > further.Count) == true)
                throw Error(graph, text, $"there are {further.Count} operands for the epilogue");
            foreach (Value operand in further)
            {
                if (EpilogueOperands.Of(operand.Type, node.Result.Type) is null)
                    throw Error(graph, text, $"`{operand}` does not spread over the result as an epilogue's operand must");
            }
        }
    }

    private static void CheckLayer(Graph graph, Repeat repeat, string text)
    {
        if (repeat.Body.Parameters.Count > 0)
            throw Error(graph, text, "a repeated layer takes its weights as operands and is given parameters of its own");
        Check(repeat.Body);
        if (repeat.Backward is { } backward)
            Check(backward.Body);
    }

    private static void CheckOutput(Graph graph, Output output, string text)
    {
        if (output.Kind == OutputKind.Loss && !output.Value.Type.Equals(TensorType.F32()))
            throw Error(graph, text, $"a loss is a scalar and this is {output.Value.Type}");
        if (output.Kind is not (OutputKind.Gradient or OutputKind.RowGradient or OutputKind.Update))
            return;
        GraphParameter? parameter = graph.Parameters.FirstOrDefault(p => p.Value.Name == output.Name);
        if (output.Kind == OutputKind.Update)
        {
            if (parameter is not { IsFrozen: true } || !parameter.Value.Type.Equals(output.Value.Type))
                throw Error(graph, text, "an update has the name and the type of a frozen parameter");
            return;
        }
        if (parameter is null || parameter.IsFrozen)
            throw Error(graph, text, "a gradient has the name of a parameter that is not frozen");
        TensorType expected = parameter.Value.Type.As(DType.F32);
        if (output.Kind == OutputKind.RowGradient)
            expected = TensorType.F32(output.Value.Type.Rows, expected.Columns);
        if (!expected.Equals(output.Value.Type))
            throw Error(graph, text, $"the gradient of {parameter.Value} is {output.Value.Type}");
    }

    private static InvalidOperationException Error(Graph graph, string where, string what, Exception? inner = null) =>
        new($"{graph.Name}, {where}: {what}.", inner);
}
