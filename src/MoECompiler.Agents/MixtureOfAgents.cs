using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MoECompiler.Agents;

/// <summary>
/// A chat client made of several: the agents of a layer are asked at the same time, each layer is told the answers of the one before it beside the
/// question, and an aggregator gives the answer. y_i = concatenation of A_ij(x_i) over j, and x_1; x_(i+1) = y_i.
/// Source: Wang et al., Mixture-of-Agents Enhances Large Language Model Capabilities, 2024, equation 1.
/// </summary>
/// <remarks>
/// The answers are told in the order of the agents, whichever came first. Usage is the sum over all agents. Options of a call go to every agent,
/// tools too: what an agent answers must be text.
/// </remarks>
public sealed class MixtureOfAgents : IChatClient
{
    private readonly Agent[][] _layers;
    private readonly Agent _aggregator;
    private readonly MixtureOfAgentsOptions _options;

    /// <param name="layers">The proposers: at least one layer, of at least one agent each.</param>
    /// <param name="aggregator">Who makes one answer of those of the last layer.</param>
    /// <param name="options">How they are asked.</param>
    /// <exception cref="ArgumentException">There are no layers, or there is one without agents.</exception>
    public MixtureOfAgents(IEnumerable<IEnumerable<Agent>> layers, Agent aggregator, MixtureOfAgentsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(aggregator);
        _layers = [.. layers.Select(static layer => layer.ToArray())];
        if (_layers.Length == 0)
            throw new ArgumentException("A mixture of agents has at least one layer of proposers.", nameof(layers));
        if (Array.FindIndex(_layers, static layer => layer.Length == 0) is >= 0 and int empty)
            throw new ArgumentException($"Layer {empty + 1} has no agents.", nameof(layers));
        (_aggregator, _options) = (aggregator, options ?? new MixtureOfAgentsOptions());
    }

    /// <inheritdoc/>
    /// <exception cref="AgentException">An agent failed, and is not tolerated to.</exception>
    /// <exception cref="AggregateException">All agents of a layer failed, which were tolerated to.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (List<ChatMessage> told, UsageDetails? usage) = await ProposeAsync(messages, options, cancellationToken).ConfigureAwait(false);
        ChatResponse response = await AskAsync(_aggregator, _layers.Length + 1, told, options, cancellationToken).ConfigureAwait(false);
        response.ConversationId = null;
        if (usage is not null)
            (response.Usage ??= new UsageDetails()).Add(usage);
        return response;
    }

    /// <summary>The aggregator's answer as it comes; the proposers have answered before. The last update has their usage.</summary>
    /// <inheritdoc/>
    /// <exception cref="AgentException">An agent failed, and is not tolerated to.</exception>
    /// <exception cref="AggregateException">All agents of a layer failed, which were tolerated to.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (List<ChatMessage> told, UsageDetails? usage) = await ProposeAsync(messages, options, cancellationToken).ConfigureAwait(false);
        ChatResponseUpdate? last = null;
        await using IAsyncEnumerator<ChatResponseUpdate> updates =
            _aggregator.Client.GetStreamingResponseAsync(told, _aggregator.OptionsFrom(options), cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await HasNext(updates, cancellationToken).ConfigureAwait(false))
        {
            last = updates.Current;
            last.ConversationId = null;
            yield return last;
        }
        if (usage is not null)
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)]) { ResponseId = last?.ResponseId, MessageId = last?.MessageId };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : _aggregator.Client.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes of the agents' clients, each once, unless they are left open.</summary>
    public void Dispose()
    {
        if (_options.LeaveOpen)
            return;
        foreach (IChatClient client in _layers.SelectMany(static layer => layer).Append(_aggregator).Select(static agent => agent.Client).Distinct())
            client.Dispose();
    }

    /// <summary>What the aggregator is told, and what the proposers used.</summary>
    private async Task<(List<ChatMessage> Told, UsageDetails? Usage)> ProposeAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<ChatMessage> question = [.. messages], told = question;
        UsageDetails? usage = null;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            ChatResponse?[] responses = await AskLayerAsync(layer, told, options, cancellationToken).ConfigureAwait(false);
            List<AgentAnswer> answers = [];
            for (int i = 0; i < responses.Length; i++)
            {
                if (responses[i] is not { } response)
                    continue;
                answers.Add(new AgentAnswer(_layers[layer][i].Name, response.Text));
                if (response.Usage is { } used)
                    (usage ??= new UsageDetails()).Add(used);
            }
            told = Told(question, _options.Synthesis(answers));
        }
        return (told, usage);
    }

    /// <summary>The responses in the order of the agents; null of one that failed, which is tolerated. A failure that is not ends the others.</summary>
    private async Task<ChatResponse?[]> AskLayerAsync(int layer, List<ChatMessage> told, ChatOptions? options, CancellationToken cancellationToken)
    {
        Agent[] agents = _layers[layer];
        ChatResponse?[] responses = new ChatResponse?[agents.Length];
        AgentException?[] failures = new AgentException?[agents.Length];
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = _options.MaximumConcurrency == 0 ? agents.Length : _options.MaximumConcurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, agents.Length, parallel, async (i, token) =>
        {
            try
            {
                responses[i] = await AskAsync(agents[i], layer + 1, told, options, token).ConfigureAwait(false);
            }
            catch (AgentException failure) when (_options.Tolerates?.Invoke(failure) == true)
            {
                failures[i] = failure;
            }
        }).ConfigureAwait(false);
        return Array.TrueForAll(responses, static response => response is null)
            ? throw new AggregateException($"None of the {agents.Length} agents of layer {layer + 1} gave an answer.", failures.OfType<AgentException>())
            : responses;
    }

    /// <exception cref="AgentException">It fails, other than by cancellation, or answers without text.</exception>
    private static async Task<ChatResponse> AskAsync(Agent agent, int layer, List<ChatMessage> told, ChatOptions? options, CancellationToken token)
    {
        try
        {
            // A client may keep or change the list that it is given.
            ChatResponse response = await agent.Client.GetResponseAsync([.. told], agent.OptionsFrom(options), token).ConfigureAwait(false);
            return string.IsNullOrWhiteSpace(response.Text) ? throw new InvalidOperationException("its response has no text.") : response;
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            throw new AgentException(agent.Name, layer, exception);
        }
    }

    private async ValueTask<bool> HasNext(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken token)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            throw new AgentException(_aggregator.Name, _layers.Length + 1, exception);
        }
    }

    /// <summary>The question with the text at the end of its first message, where that is the system's, or in one before it.</summary>
    private static List<ChatMessage> Told(List<ChatMessage> question, string text)
    {
        if (question is not [{ } first, ..] || first.Role != ChatRole.System)
            return [new ChatMessage(ChatRole.System, text), .. question];
        ChatMessage system = first.Clone();
        system.Contents = [.. first.Contents, new TextContent($"\n\n{text}")];
        return [system, .. question[1..]];
    }
}
