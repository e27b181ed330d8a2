using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MoECompiler.Agents.Tests;

/// <summary>A model that answers as its script says, and notes what it was asked.</summary>
internal sealed class ScriptedClient(Func<IReadOnlyList<ChatMessage>, CancellationToken, Task<string>> script) : IChatClient
{
    public ScriptedClient(string answer) : this((_, _) => Task.FromResult(answer))
    {
    }

    public ConcurrentQueue<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Calls { get; } = [];

    public int Disposals { get; private set; }

    /// <summary>What each response says it used: as many tokens.</summary>
    public int Tokens { get; init; }

    /// <summary>After how many pieces of a stream it fails; null: never.</summary>
    public int? FailsAfter { get; init; }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatMessage> told = [.. messages];
        Calls.Enqueue((told, options));
        string answer = await script(told, cancellationToken);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, answer))
        {
            ResponseId = "r",
            ConversationId = "conversation",
            Usage = Tokens == 0 ? null : new UsageDetails { OutputTokenCount = Tokens, TotalTokenCount = Tokens },
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        int pieces = 0;
        foreach (string piece in response.Text.Split(' '))
        {
            if (pieces++ == FailsAfter)
                throw new InvalidOperationException("the line broke.");
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, piece) { ResponseId = "r", MessageId = "m", ConversationId = "conversation" };
        }
        if (response.Usage is { } usage)
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)]) { ResponseId = "r", MessageId = "m" };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => Disposals++;
}
