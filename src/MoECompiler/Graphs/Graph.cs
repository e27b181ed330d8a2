namespace MoECompiler.Graphs;

/// <summary>A pure function of inputs and parameters: nodes in an order in which each value is defined before it is used.</summary>
/// <param name="Name">What the function is called in the emitted code: <c>Forward</c>, <c>Evaluate</c>, <c>Train</c>.</param>
/// <param name="Inputs">What the caller passes, in order.</param>
/// <param name="Parameters">The model's weights, in the order of their declaration.</param>
/// <param name="Nodes">The computation.</param>
/// <param name="Outputs">What the caller gets, in order.</param>
/// <param name="Statements">The user's statements, as written, which nodes refer to.</param>
public sealed record Graph(
    string Name,
    EquatableArray<Value> Inputs,
    EquatableArray<GraphParameter> Parameters,
    EquatableArray<Node> Nodes,
    EquatableArray<Output> Outputs,
    EquatableArray<string> Statements)
{
    /// <summary>The values that come from outside: inputs and parameters.</summary>
    public IEnumerable<Value> Given => Inputs.Concat(Parameters.Select(static p => p.Value));

    /// <summary>Every value, those from outside first.</summary>
    public IEnumerable<Value> Values => Given.Concat(Nodes.SelectMany(static n => n.Results));

    public override string ToString() => GraphPrinter.Print(this);
}

/// <summary>A value that leaves the graph.</summary>
/// <param name="Name">Its name outside.</param>
/// <param name="Value">What is handed out.</param>
/// <param name="Kind">What it is to the caller.</param>
/// <param name="Coefficient">How often a metric is in the loss; 0 for what is only reported.</param>
public sealed record Output(string Name, Value Value, OutputKind Kind, float Coefficient = 0);

/// <summary>What holds of kinds of outputs.</summary>
internal static class OutputKinds
{
    /// <summary>Whether such outputs lie in the arena, and not in memory of the caller's.</summary>
    public static bool StaysInArena(this OutputKind kind) => kind is OutputKind.RowGradient or OutputKind.GradientRows or OutputKind.HandedGradient;
}

/// <summary>What an output is to the caller.</summary>
public enum OutputKind
{
    /// <summary>A result of the user's Forward.</summary>
    Result,

    /// <summary>The scalar that training minimizes, auxiliary losses included.</summary>
    Loss,

    /// <summary>A scalar or a row of numbers that is reported beside the loss: an auxiliary loss, the load of each expert.</summary>
    Metric,

    /// <summary>The gradient of the loss with respect to a parameter; the output has the parameter's name.</summary>
    Gradient,

    /// <summary>
    /// The gradient with respect to a table whose rows alone were read: a row for each that was, f32[N, W]. It stays in the arena until the next call;
    /// the output has the parameter's name.
    /// </summary>
    RowGradient,

    /// <summary>
    /// The gradient with respect to a parameter, which lies in the arena until the parameter is updated: as soon as nothing reads the parameter any more.
    /// </summary>
    HandedGradient,

    /// <summary>Which rows of the table those are, i32[N], -1 for none; the output has the parameter's name and <c>.rows</c>.</summary>
    GradientRows,

    /// <summary>What a parameter is after this step of training: one that no optimizer trains. The output has the parameter's name.</summary>
    Update,
}
