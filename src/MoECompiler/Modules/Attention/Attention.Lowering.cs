using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Queries, keys and values of each place, the op, and the matrix back.</summary>
internal sealed class AttentionLowering : ModuleLowering
{
    public override string Kind => "Attention";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        (Size width, Size heads) = (module.Size("Width"), module.Size("Heads"));
        Size kvHeads = module.Size("KvHeads", heads), size = module.Size("HeadSize", width / heads);
        Value x = inputs[0];
        if (x.Type.Rank != 3 || x.Type.Columns != width)
            throw new ShapeError($"takes f32[B, S, {width}] and is given {x.Type}");
        AttentionPlaces places = new(module, x.Type.Shape[1], size);
        Value q = places.Turn(Project(module, "Query", "q", x, width, heads * size, "Bias"), heads);
        Value k = places.Turn(Project(module, "Key", "k", x, width, kvHeads * size, "Bias"), kvHeads);
        Value v = Project(module, "Value", "v", x, width, kvHeads * size, "Bias");
        Value y = module.Graph.Attention(q, k, v, heads, kvHeads, module.Number("Scale"), module.Flag("Causal"), "mixed", [.. inputs.Skip(1)]);
        return Project(module, "Output", "o", y, heads * size, width, "OutputBias");
    }

    private static Value Project(ModuleContext module, string name, string letter, Value x, Size from, Size to, string biasArgument)
    {
        Value weight = module.Matrix(name, $"{letter}_proj.weight", new Initializer.Uniform(from), to, from);
        Value y = module.Graph.MatMul(x, weight, transposeB: true, name: name.ToLowerInvariant());
        if (!module.Flag(biasArgument))
            return y;
        Value bias = module.Parameter($"{name}Bias", $"{letter}_proj.bias", new Initializer.Uniform(from), to);
        return module.Graph.Add(y, bias, name.ToLowerInvariant());
    }
}

/// <summary>What tells queries and keys their places.</summary>
internal sealed class AttentionPlaces(ModuleContext module, Size count, Size size)
{
    private Value? _table;

    /// <summary>Each head of f32[B, S, heads * size] turned by the angles of its place, if the declaration says so.</summary>
    public Value Turn(Value x, Size heads)
    {
        string kind = module.Choice("Rotary", "None");
        if (kind == "None")
            return x;
        _table ??= module.Graph.Add(new RotaryTable(count, size, module.Number("RotaryBase", 10_000)), "angles");
        return module.Graph.Rotary(x, _table, heads, kind == "Halves" ? RotaryPairs.Halves : RotaryPairs.Neighbors, $"{x.Name}Turned");
    }
}
