namespace MoECompiler.Graphs;

/// <summary>What a node computes, or what comes in from outside: a name, unique in its graph, and a type.</summary>
public sealed record Value(string Name, TensorType Type)
{
    public override string ToString() => $"{Name}: {Type}";
}
