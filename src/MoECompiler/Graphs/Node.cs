namespace MoECompiler.Graphs;

/// <summary>One application of an op.</summary>
/// <param name="Op">What is computed.</param>
/// <param name="Operands">Values that earlier nodes, inputs or parameters define.</param>
/// <param name="Results">The values that this node defines.</param>
/// <param name="Statement">The index in <see cref="Graph.Statements"/> of the user's statement that asked for it; -1 for none.</param>
public sealed record Node(Op Op, EquatableArray<Value> Operands, EquatableArray<Value> Results, int Statement)
{
    /// <summary>The only result.</summary>
    public Value Result => Results[0];
}
