namespace MoECompiler.Modules;

/// <summary>How logits become the scores that experts are chosen and weighted by. A kind is one class in this folder and a line in <see cref="RouterScores"/>.</summary>
internal abstract class RouterScore
{
    /// <summary>The member of the attribute's enum.</summary>
    public abstract string Name { get; }

    /// <summary>f32[T, N] of scores for f32[T, N] of logits.</summary>
    public abstract Value Lower(GraphBuilder graph, Value logits);
}

internal static class RouterScores
{
    private static readonly RouterScore[] s_all = [new SoftmaxScore(), new SigmoidScore()];

    public static RouterScore Of(string name) => s_all.First(s => s.Name == name);
}
