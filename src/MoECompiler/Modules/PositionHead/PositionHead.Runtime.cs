namespace MoECompiler;

/// <summary>A vector in space for each point, declared by <see cref="PositionHeadAttribute">[PositionHead(Width, Heads)]</see>.</summary>
public sealed class PositionHead(
    Parameter query,
    Parameter queryBias,
    Parameter key,
    Parameter keyBias,
    Parameter value,
    Parameter valueBias,
    Parameter axes,
    Parameter? axesBias = null)
{
    /// <summary>f32[Width, Width].</summary>
    public Parameter Query { get; } = query;

    /// <summary>f32[Width].</summary>
    public Parameter QueryBias { get; } = queryBias;

    /// <summary>f32[Width, Width].</summary>
    public Parameter Key { get; } = key;

    /// <summary>f32[Width].</summary>
    public Parameter KeyBias { get; } = keyBias;

    /// <summary>f32[Width, Width].</summary>
    public Parameter Value { get; } = value;

    /// <summary>f32[Width].</summary>
    public Parameter ValueBias { get; } = valueBias;

    /// <summary>f32[3, Width], one row an axis; f32[1, Width] for all where it is equivariant.</summary>
    public Parameter Axes { get; } = axes;

    /// <summary>f32[3]; null where it is equivariant.</summary>
    public Parameter? AxesBias { get; } = axesBias;

    /// <summary>f32[B, S, 3], with zeroes for points that are not known.</summary>
    /// <param name="x">f32[B, S, Width].</param>
    /// <param name="bias">f32[B, Heads, S, S], what is added to the products of queries and keys.</param>
    /// <param name="coordinates">f32[B, S, 3].</param>
    /// <param name="known">f32[B, S], greater than 0 where a point's coordinates are known.</param>
    public Tensor Forward(Tensor x, Tensor bias, Tensor coordinates, Tensor known) => throw Declaration.NeverRuns("PositionHead.Forward");
}
