namespace MoECompiler.Ops;

/// <summary>The operand in memory of its own: put in by the planner where a value must leave the graph and live on in it.</summary>
public sealed partial record Copy : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0]];

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) => [upstream[0]];
}
