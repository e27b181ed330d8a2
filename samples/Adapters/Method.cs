using FashionMoE;
using MoECompiler;
using MoECompiler.Training;

namespace Adapters;

/// <summary>A way to teach the base something new.</summary>
/// <param name="Name">In the table.</param>
/// <param name="LearningRate">The greatest, after the warm-up.</param>
/// <param name="Attach">What is trained, of a base of its own.</param>
internal sealed record Method(string Name, double LearningRate, Func<ImageClassifier, Model> Attach)
{
    public static IReadOnlyList<Method> All { get; } =
    [
        new("full fine-tuning", 5e-4, static model => model),
        new("LoRA, rank 1", 5e-3, static model => new LoraOfRank1(model)),
        new("LoRA, rank 4", 3e-3, static model => new LoraOfRank4(model)),
        new("NOLA, 32 + 32", 2e-2, static model => new NolaOf32(model)),
        new("NOLA, 128 + 128", 1e-2, static model => new NolaOf128(model)),
        new("NOLA, 512 + 512", 1e-2, static model => new NolaOf512(model)),
    ];

    /// <summary>The model or adapter as a trainer takes it.</summary>
    public static ITrainable Trainable(Model model) => (ITrainable)model;
}
