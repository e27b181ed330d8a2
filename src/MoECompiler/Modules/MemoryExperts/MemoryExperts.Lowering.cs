namespace MoECompiler.Modules;

/// <summary>The few experts of a grid whose row's and column's keys fit best, each of a low rank, weighted by the softmax of their scores.</summary>
internal sealed class MemoryExpertsLowering : ModuleLowering
{
    public override string Kind => "MemoryExperts";

    public override TensorType? Expect(ModuleContext module, int input) => TensorType.F32(Batch, module.Size("In"));

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        (Size width, Size result, Size count, Size rank) = (module.Size("In"), module.Size("Out"), module.Size("TopK"), module.Size("Rank", 1));
        if (inputs[0].Type.Rank == 0 || inputs[0].Type.Columns != width)
            throw new ShapeError($"takes f32[..., {width}] and is given {inputs[0].Type}");
        Size experts = module.Size("Rows") * module.Size("Columns");
        Value x = graph.AsRows(inputs[0]);
        (Value chosen, Value weights) = Choose(module, x, count);

        Size tokens = x.Type.Rows;
        Value down = Read("Down", "down", new Initializer.Uniform(width), width);
        Value up = Read("Up", "up", new Initializer.Constant(0), result);
        Value inner = graph.BatchMatMul(graph.Reshape(x, [tokens, 1, width], "one"), down, false, true, "inner");
        Value weighted = graph.Multiply(
            graph.Reshape(inner, [tokens, count, rank], "innerOfExperts"), graph.Reshape(weights, [tokens, count, 1], "weightOfExperts"), "weighted");
        Value y = graph.BatchMatMul(graph.Reshape(weighted, [tokens, 1, count * rank], "all"), up, false, false, "sum");
        return graph.Reshape(y, [.. inputs[0].Type.Shape.Take(inputs[0].Type.Rank - 1), result], "y");

        // The matrices of the chosen experts, one below the other: f32[T, K Rank, columns].
        Value Read(string name, string tensor, Initializer initializer, Size columns)
        {
            Value table = module.Parameter(name, tensor, initializer, experts, rank * columns);
            Value read = graph.Add(new Gather(IsSparse: true), tensor + "Rows", table, chosen);
            return graph.Reshape(read, [tokens, count * rank, columns], tensor);
        }
    }

    /// <summary>The experts of each row, i32[T, K], and their weights, f32[T, K].</summary>
    private static (Value Experts, Value Weights) Choose(ModuleContext module, Value x, Size count)
    {
        GraphBuilder graph = module.Graph;
        Size tokens = x.Type.Rows;
        (Value rows, Value rowScores) = Best("row", "Row", module.Size("Rows"));
        (Value columns, Value columnScores) = Best("column", "Column", module.Size("Columns"));
        Value sums = graph.Add(
            graph.Reshape(rowScores, [tokens, count, 1], "bestOfRows"), graph.Reshape(columnScores, [tokens, 1, count], "bestOfColumns"), "sums");
        Value scores = graph.Reshape(sums, [tokens, count * count], "scoresOfPairs");
        Value picks = graph.Add(new TopK(count), "picks", scores);
        Value experts = graph.Add(new PickPairs(module.Size("Columns")), "experts", rows, columns, picks);
        return (experts, graph.Softmax(graph.Add(new GatherColumns(), "scores", scores, picks), "weights"));

        (Value Best, Value Scores) Best(string name, string axis, Size keys)
        {
            Size width = module.Size("KeyWidth", 32);
            Value query = module.Parameter(axis + "Query", name + "_query", new Initializer.Uniform(x.Type.Columns), width, x.Type.Columns);
            Value key = module.Parameter(axis + "Keys", name + "_keys", new Initializer.Uniform(width), keys, width);
            Value all = graph.MatMul(graph.MatMul(x, query, transposeB: true, name: name + "Query"), key, transposeB: true, name: name + "Scores");
            Value best = graph.Add(new TopK(count), name + "s", all);
            return (best, graph.Add(new GatherColumns(), name + "Best", all, best));
        }
    }
}
