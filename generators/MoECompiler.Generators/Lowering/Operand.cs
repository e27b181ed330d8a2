namespace MoECompiler.Generators.Lowering;

/// <summary>What an expression of a Forward stands for while it is lowered.</summary>
internal abstract record Operand
{
    /// <summary>A tensor of the graph.</summary>
    public sealed record Tensor(Value Value) : Operand;

    /// <summary>A number, to be put into a formula.</summary>
    public sealed record Number(ScalarExpression Expression) : Operand;

    /// <summary>A parameter of the method whose shape the first use tells.</summary>
    public sealed record Pending(string Name, int Span) : Operand;
}
