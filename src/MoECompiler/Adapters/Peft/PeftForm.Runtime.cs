namespace MoECompiler;

/// <summary>What a weight's parameters are to PEFT.</summary>
internal interface IPeftParameters
{
    /// <summary>f32[Groups..., Rank, In].</summary>
    Parameter A { get; }

    /// <summary>f32[Groups..., Out, Rank].</summary>
    Parameter B { get; }

    /// <summary>f32[Groups..., Out], how far magnitudes are from the weight's norms; null where there are none.</summary>
    Parameter? Magnitude { get; }

    PeftForm Form { get; }
}

/// <summary>What a config says of an adapter.</summary>
/// <param name="Rank">Of the factors.</param>
/// <param name="Scale">What B A is multiplied by.</param>
/// <param name="IsRankStabilized">The scale is written as one over the root of the rank.</param>
/// <param name="IsDora">Rows are of trained lengths.</param>
internal readonly record struct PeftForm(int Rank, float Scale, bool IsRankStabilized, bool IsDora)
{
    /// <exception cref="NotSupportedException">PEFT has no such adapter.</exception>
    public static PeftForm Of(Adapter adapter) => adapter.Sites is [var first, ..] ? ParametersOf(adapter, first).Form : throw new NotSupportedException($"{adapter.GetType().Name} changes no weight.");

    /// <exception cref="NotSupportedException">PEFT has no such adapter.</exception>
    public static IPeftParameters ParametersOf(Adapter adapter, AdaptedWeight site) => site as IPeftParameters ?? throw new NotSupportedException(
        $"{adapter.GetType().Name} is no adapter of PEFT, whose kinds here are [Lora] and [Dora]; use {nameof(Model.Save)} and {nameof(Model.LoadWeights)}.");

    /// <summary>What the scale is the quotient by.</summary>
    public double Divisor => IsRankStabilized ? Math.Sqrt(Rank) : Rank;
}
