using Microsoft.Extensions.AI;

namespace MoECompiler.Agents;

/// <summary>A model that takes part in a mixture.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Client">Where it is asked.</param>
public sealed record Agent(string Name, IChatClient Client)
{
    /// <summary>Changes the options of a call for this agent, such as its model or its temperature: it is given a copy.</summary>
    public Action<ChatOptions>? Configure { get; init; }

    /// <summary>The options that this agent is asked with.</summary>
    internal ChatOptions? OptionsFrom(ChatOptions? options)
    {
        if (options is null && Configure is null)
            return null;
        ChatOptions own = options?.Clone() ?? new ChatOptions();
        // A conversation that one service keeps is unknown to the others, and does not have the answers of a layer: each call carries all messages.
        own.ConversationId = null;
        Configure?.Invoke(own);
        return own;
    }
}

/// <summary>What an agent answered.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Text">Its answer.</param>
public sealed record AgentAnswer(string Agent, string Text);
