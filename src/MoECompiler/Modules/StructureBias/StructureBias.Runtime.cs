namespace MoECompiler;

/// <summary>What distances tell an attention, declared by <see cref="StructureBiasAttribute">[StructureBias(Width, Heads)]</see>.</summary>
public sealed class StructureBias(
    Parameter means,
    Parameter deviations,
    Parameter first,
    Parameter firstBias,
    Parameter second,
    Parameter secondBias,
    Parameter edges,
    Parameter edgesBias)
{
    /// <summary>f32[Gaussians], where the bells stand.</summary>
    public Parameter Means { get; } = means;

    /// <summary>f32[Gaussians], how wide they are: the deviation is 0.001 more than the amount of this.</summary>
    public Parameter Deviations { get; } = deviations;

    /// <summary>f32[Gaussians, Gaussians].</summary>
    public Parameter First { get; } = first;

    /// <summary>f32[Gaussians].</summary>
    public Parameter FirstBias { get; } = firstBias;

    /// <summary>f32[Heads, Gaussians].</summary>
    public Parameter Second { get; } = second;

    /// <summary>f32[Heads].</summary>
    public Parameter SecondBias { get; } = secondBias;

    /// <summary>f32[Width, Gaussians].</summary>
    public Parameter Edges { get; } = edges;

    /// <summary>f32[Width].</summary>
    public Parameter EdgesBias { get; } = edgesBias;

    /// <summary>The bias of an attention's scores, f32[B, Heads, S, S], and what is added to what comes into it, f32[B, S, Width].</summary>
    /// <param name="coordinates">f32[B, S, 3]; whatever it is of points that are not known.</param>
    /// <param name="known">
    /// f32[B, S], greater than 0 where a point's coordinates are known. Both results are 0 for the others: in their rows, and in their columns.
    /// </param>
    public (Tensor Bias, Tensor Encoding) Forward(Tensor coordinates, Tensor known) => throw Declaration.NeverRuns("StructureBias.Forward");
}
