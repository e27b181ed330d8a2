using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>How a router judges each expert for each token.</summary>
/// <param name="Clean">f32[T, E], the logits without noise.</param>
/// <param name="Noisy">f32[T, E], the logits with noise.</param>
/// <param name="Logits">f32[T, E], those that experts are chosen by: the noisy ones over the temperature.</param>
/// <param name="Scores">f32[T, E], what the score makes of <paramref name="Logits"/>.</param>
/// <param name="Share">Makes <see cref="Shares"/>.</param>
/// <param name="Deviation">Makes the deviation of the noise on each logit, f32[T, E] or one number; null where there is no noise that has one.</param>
/// <param name="Mask">f32[T, E], 1 for an expert that a token may have and 0 for others; null where it may have any.</param>
internal sealed record RouterScores(Value Clean, Value Noisy, Value Logits, Value Scores, Func<Value> Share, Func<Value>? Deviation, Value? Mask)
{
    private Value? _shares;

    /// <summary>f32[T, E], the share of each expert in a token, without noise: what losses look at. Rows add up to 1.</summary>
    public Value Shares => _shares ??= Share();
}

/// <summary>Where the tokens go.</summary>
/// <param name="Routing">The rows of each expert.</param>
/// <param name="Weights">f32[T, K], what each slot's row is multiplied by.</param>
/// <param name="Scores">What the choice was made by; null for a router that does not judge.</param>
/// <param name="CountLoad">Adds the count of <see cref="Load"/>.</param>
/// <param name="Experts">i32[T, K], what each token chose; null where experts choose.</param>
internal sealed record Routed(Routing Routing, Value Weights, RouterScores? Scores, Func<Value> CountLoad, Value? Experts = null)
{
    private Value? _load;

    /// <summary>f32[E], how many slots chose each expert, dropped ones among them. Only training and evaluation ask.</summary>
    public Value Load => _load ??= CountLoad();

    /// <summary>f32[T, E], 1 where a token chose an expert and 0 elsewhere; a constant to the gradient.</summary>
    public Value Chosen(GraphBuilder graph, RouterInput input)
    {
        Value ones = graph.Add(new Fill(1, [input.Tokens, input.TopK]), "ones");
        return graph.Add(new Detach(), "chosen", graph.Add(new ScatterColumns(input.Experts), "chosen", ones, Experts!));
    }
}
