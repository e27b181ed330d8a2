namespace MoECompiler.Graphs;

/// <summary>Operands that an op cannot take. The message names what was expected and what was found.</summary>
public sealed class ShapeError(string message) : Exception(message);

/// <summary>An op on the way from the loss to a weight that has no gradient.</summary>
public sealed class NoGradientError(string op) : Exception($"no gradient for `{op}`")
{
    public string Op { get; } = op;
}
