namespace MoECompiler.Ops;

/// <summary>
/// Zeroes each element with probability <paramref name="Rate"/> and divides the others by 1 - Rate. The mask is drawn again from the
/// same counter in the backward half, so none is kept. Source: Srivastava et al., Dropout, JMLR 2014.
/// </summary>
/// <param name="Rate">The share of zeroes, from 0 to below 1.</param>
/// <param name="Site">The number of this random site in its model.</param>
public sealed partial record Dropout(float Rate, int Site) : Op
{
    public override string Arguments => $"Rate: {ScalarExpression.Constant.Text(Rate)}, Site: {Site}";

    public override bool IsRandom => true;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0]];

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(this, $"d_{node.Operands[0].Name}", upstream[0]!)];
}
