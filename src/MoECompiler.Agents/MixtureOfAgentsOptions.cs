using System.Text;

namespace MoECompiler.Agents;

/// <summary>How a mixture of agents asks.</summary>
public sealed record MixtureOfAgentsOptions
{
    private readonly int _maximumConcurrency;

    /// <summary>How many agents of a layer are asked at the same time; 0: all of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 0.</exception>
    public int MaximumConcurrency
    {
        get => _maximumConcurrency;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _maximumConcurrency = value;
        }
    }

    /// <summary>
    /// Is told of each proposer that fails, maybe of several at once, and says whether its layer goes on without it. null: no layer does. A layer of
    /// which none answered never goes on, and neither does the aggregator.
    /// </summary>
    public Func<AgentException, bool>? Tolerates { get; init; }

    /// <summary>What the next layer is told of the answers of one, which are in the order of its agents; it is put before the question.</summary>
    public Func<IReadOnlyList<AgentAnswer>, string> Synthesis { get; init; } = AggregateAndSynthesize;

    /// <summary>Whether the agents' clients are left open when the mixture is disposed.</summary>
    public bool LeaveOpen { get; init; }

    /// <summary>
    /// The published prompt, with the answers numbered below it. Source: Wang et al., Mixture-of-Agents Enhances Large Language Model Capabilities,
    /// 2024, table 1.
    /// </summary>
    public static string AggregateAndSynthesize(IReadOnlyList<AgentAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        StringBuilder text = new(
            """
            You have been provided with a set of responses from various open-source models to the latest user query. Your task is to synthesize these responses into a single, high-quality response. It is crucial to critically evaluate the information provided in these responses, recognizing that some of it may be biased or incorrect. Your response should not simply replicate the given answers but should offer a refined, accurate, and comprehensive reply to the instruction. Ensure your response is well-structured, coherent, and adheres to the highest standards of accuracy and reliability.

            Responses from models:
            """);
        for (int i = 0; i < answers.Count; i++)
            text.Append('\n').Append(i + 1).Append(". ").Append(answers[i].Text);
        return text.ToString();
    }
}
