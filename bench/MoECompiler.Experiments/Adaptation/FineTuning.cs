using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>A way to teach a trained network something else.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Attach">What is trained, of a network of its own.</param>
/// <param name="IsHalf">Whether one half of the matrices stays as it is: one round, as for one task of the source.</param>
internal sealed record FineTuning(string Name, Func<AdaptedNet, Model> Attach, bool IsHalf = false)
{
    public static FineTuning Full { get; } = new("full", static net => net);

    public static FineTuning Half { get; } = new("half, at the rate of full", static net => net, IsHalf: true);

    public static FineTuning Lora1 { get; } = new("LoRA, rank 1", static net => new Lora1(net));

    public static FineTuning Lora4 { get; } = new("LoRA, rank 4", static net => new Lora4(net));

    public static FineTuning Dora4 { get; } = new("DoRA, rank 4", static net => new Dora4(net));

    public static FineTuning Gains { get; } = new("IA3", static net => new Gains(net));

    /// <summary>By how many random matrices a factor is made of.</summary>
    public static IReadOnlyList<FineTuning> Nola { get; } =
    [
        new("NOLA, 32 + 32", static net => new Nola32(net)),
        new("NOLA, 64 + 64", static net => new Nola64(net)),
        new("NOLA, 128 + 128", static net => new Nola128(net)),
        new("NOLA, 256 + 256", static net => new Nola256(net)),
        new("NOLA, 512 + 512", static net => new Nola512(net)),
    ];
}
