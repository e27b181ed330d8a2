using CsCheck;
using Microsoft.Extensions.AI;
using Xunit;

namespace MoECompiler.Agents.Tests;

public class MixtureOfAgentsTests
{
    private static readonly ChatMessage[] s_question = [new(ChatRole.User, "Why is the sky blue?")];

    /// <summary>x_2 is the concatenation of the first layer's answers and x_1; so is what the aggregator gets of the second layer's.</summary>
    [Fact]
    public async Task Layers_AreToldTheAnswersBeforeThemAndTheQuestion()
    {
        ScriptedClient first = new("a"), second = new("b"), third = new("c"), last = new("d");
        using MixtureOfAgents mixture = Of([[first, second], [third]], last);
        ChatResponse response = await mixture.GetResponseAsync(s_question);
        Assert.Equal("d", response.Text);
        Assert.Equal(["Why is the sky blue?"], Told(first));
        Assert.Equal(["Why is the sky blue?"], Told(second));
        Assert.Equal([Prompt("a", "b"), "Why is the sky blue?"], Told(third));
        Assert.Equal([Prompt("c"), "Why is the sky blue?"], Told(last));
        Assert.Equal(ChatRole.System, Assert.Single(last.Calls).Messages[0].Role);
    }

    [Fact]
    public void AggregateAndSynthesize_IsThePublishedPrompt()
    {
        string prompt = Prompt("a", "b");
        Assert.StartsWith("You have been provided with a set of responses from various open-source models to the latest user query.", prompt, StringComparison.Ordinal);
        Assert.EndsWith("accuracy and reliability.\n\nResponses from models:\n1. a\n2. b", prompt.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SystemMessage_OfTheQuestion_KeepsItsTextBeforeTheAnswers()
    {
        ScriptedClient last = new("d");
        using MixtureOfAgents mixture = Of([[new ScriptedClient("a")]], last, new() { Synthesis = static answers => $"({answers[0].Agent}: {answers[0].Text})" });
        ChatMessage system = new(ChatRole.System, "Be brief.");
        await mixture.GetResponseAsync([system, .. s_question]);
        Assert.Equal(["Be brief.\n\n(1.1: a)", "Why is the sky blue?"], Told(last));
        Assert.Equal("Be brief.", system.Text);
    }

    /// <summary>Agents end in a random order, few or all at the same time: the prompt does not show it.</summary>
    [Fact]
    public void Answers_AreInTheOrderOfTheAgents_WhicheverComesFirst() =>
        Gen.Select(Gen.Shuffle(Enumerable.Range(0, 6).ToArray()), Gen.Int[0, 7]).Sample(
            (order, concurrency) =>
            {
                TaskCompletionSource[] turns = [.. order.Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Append(new())];
                ScriptedClient last = new("d");
                // With a bound, only those that have begun can be waited for: each ends by itself.
                ScriptedClient[] agents = [.. order.Select((place, i) => new ScriptedClient(async (_, _) =>
                {
                    if (concurrency is 0 or >= 6)
                        await turns[place].Task;
                    turns[place + 1].TrySetResult();
                    return $"answer {i}";
                }))];
                turns[0].SetResult();
                using MixtureOfAgents mixture = Of([agents], last, new() { MaximumConcurrency = concurrency });
                mixture.GetResponseAsync(s_question).GetAwaiter().GetResult();
                Assert.Equal(Prompt([.. Enumerable.Range(0, 6).Select(static i => $"answer {i}")]), Told(last)[0]);
            },
            iter: 40, threads: 1);

    /// <summary>Each waits until as many as the bound are there at once: less concurrency would not end, more is counted.</summary>
    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task Concurrency_IsAsManyAsTheBound(int bound, int expected)
    {
        int now = 0, most = 0;
        TaskCompletionSource full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Func<IReadOnlyList<ChatMessage>, CancellationToken, Task<string>> script = async (_, _) =>
        {
            int count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            if (count == expected)
                full.TrySetResult();
            await full.Task;
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return "x";
        };
        using MixtureOfAgents mixture = Of([[.. Enumerable.Range(0, 5).Select(_ => new ScriptedClient(script))]], new ScriptedClient("d"), new() { MaximumConcurrency = bound });
        await mixture.GetResponseAsync(s_question).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(expected, most);
    }

    [Fact]
    public async Task Failure_NamesTheAgentAndItsLayer_AndEndsTheOthers()
    {
        bool isCancelled = false;
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedClient patient = new(async (_, token) =>
        {
            waits.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            catch (OperationCanceledException)
            {
                isCancelled = true;
                throw;
            }
            return "never";
        });
        ScriptedClient broken = new(async (_, _) =>
        {
            await waits.Task;
            throw new HttpRequestException("no route to the model");
        });
        ScriptedClient last = new("d");
        using MixtureOfAgents mixture = Of([[new ScriptedClient("a")], [patient, broken]], last);
        AgentException failure = await Assert.ThrowsAsync<AgentException>(() => mixture.GetResponseAsync(s_question));
        Assert.Equal(("2.2", 2, "`2.2` of layer 2 gave no answer: no route to the model"), (failure.Agent, failure.Layer, failure.Message));
        Assert.IsType<HttpRequestException>(failure.InnerException);
        Assert.True(isCancelled);
        Assert.Empty(last.Calls);
    }

    [Fact]
    public async Task Failure_Tolerated_LeavesTheAnswersOfTheOthers()
    {
        List<string> told = [];
        ScriptedClient last = new("d"), broken = new((_, _) => throw new HttpRequestException("no route")), silent = new(" ");
        MixtureOfAgentsOptions options = new()
        {
            MaximumConcurrency = 1,
            Tolerates = failure =>
            {
                told.Add(failure.Message);
                return true;
            },
        };
        using MixtureOfAgents mixture = Of([[new ScriptedClient("a"), broken, silent, new ScriptedClient("b")]], last, options);
        Assert.Equal("d", (await mixture.GetResponseAsync(s_question)).Text);
        Assert.Equal(Prompt("a", "b"), Told(last)[0]);
        Assert.Equal(["`1.2` of layer 1 gave no answer: no route", "`1.3` of layer 1 gave no answer: its response has no text."], told);
    }

    [Fact]
    public async Task Failure_OfAWholeLayer_NamesEveryAgent()
    {
        ScriptedClient broken = new((_, _) => throw new HttpRequestException("no route"));
        using MixtureOfAgents mixture = Of([[broken, broken]], new ScriptedClient("d"), new() { Tolerates = static _ => true });
        AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() => mixture.GetResponseAsync(s_question));
        Assert.StartsWith("None of the 2 agents of layer 1 gave an answer.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["1.1", "1.2"], failure.InnerExceptions.Cast<AgentException>().Select(static f => f.Agent));
    }

    [Fact]
    public async Task Failure_OfTheAggregator_IsNamedAndNeverTolerated()
    {
        ScriptedClient broken = new((_, _) => throw new HttpRequestException("no route"));
        using MixtureOfAgents mixture = Of([[new ScriptedClient("a")]], broken, new() { Tolerates = static _ => true });
        AgentException failure = await Assert.ThrowsAsync<AgentException>(() => mixture.GetResponseAsync(s_question));
        Assert.Equal(("aggregator", 2), (failure.Agent, failure.Layer));
        failure = await Assert.ThrowsAsync<AgentException>(() => mixture.GetStreamingResponseAsync(s_question).ToChatResponseAsync());
        Assert.Equal(("aggregator", 2), (failure.Agent, failure.Layer));
    }

    [Fact]
    public async Task Cancellation_ReachesTheAgents()
    {
        using CancellationTokenSource cancellation = new();
        ScriptedClient patient = new(async (_, token) =>
        {
            cancellation.Cancel();
            await Task.Delay(Timeout.Infinite, token);
            return "never";
        });
        using MixtureOfAgents mixture = Of([[patient, patient]], new ScriptedClient("d"), new() { Tolerates = static _ => true });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mixture.GetResponseAsync(s_question, cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task Options_AreCopiedForEachAgent_WhichMayChangeThem()
    {
        ScriptedClient first = new("a"), second = new("b"), last = new("d");
        Agent warm = new("warm", first) { Configure = static options => options.Temperature = 0.9f };
        using MixtureOfAgents mixture = new([[warm, new Agent("plain", second)]], new Agent("last", last));
        ChatOptions options = new() { Temperature = 0.2f, MaxOutputTokens = 7, ConversationId = "mine" };
        ChatResponse response = await mixture.GetResponseAsync(s_question, options);
        ChatOptions[] given = [.. new[] { first, second, last }.Select(static client => Assert.Single(client.Calls).Options!)];
        Assert.Equal([0.9f, 0.2f, 0.2f], given.Select(static o => o.Temperature!.Value));
        Assert.All(given, static o => Assert.Equal((7, null), (o.MaxOutputTokens, o.ConversationId)));
        Assert.Equal((0.2f, "mine"), (options.Temperature, options.ConversationId));
        Assert.Null(response.ConversationId);

        await mixture.GetResponseAsync(s_question);
        Assert.Null(second.Calls.Last().Options);
        Assert.Equal(0.9f, first.Calls.Last().Options!.Temperature);
    }

    [Fact]
    public async Task Usage_IsTheSumOverAllAgents()
    {
        MixtureOfAgents mixture = Of(
            [[new ScriptedClient("a") { Tokens = 1 }, new ScriptedClient("b") { Tokens = 20 }], [new ScriptedClient("c")]], new ScriptedClient("one two three") { Tokens = 300 });
        Assert.Equal(321, (await mixture.GetResponseAsync(s_question)).Usage!.TotalTokenCount);
        ChatResponse streamed = await mixture.GetStreamingResponseAsync(s_question).ToChatResponseAsync();
        Assert.Equal(321, streamed.Usage!.TotalTokenCount);
        Assert.Equal("onetwothree", Assert.Single(streamed.Messages).Text);
        Assert.Null((await Of([[new ScriptedClient("a")]], new ScriptedClient("d")).GetResponseAsync(s_question)).Usage);
    }

    [Fact]
    public async Task Stream_IsTheAggregatorsPieceByPiece_UntilItBreaks()
    {
        ScriptedClient last = new("one two three") { FailsAfter = 2 };
        using MixtureOfAgents mixture = Of([[new ScriptedClient("a")]], last);
        List<string> pieces = [];
        AgentException failure = await Assert.ThrowsAsync<AgentException>(async () =>
        {
            await foreach (ChatResponseUpdate update in mixture.GetStreamingResponseAsync(s_question))
            {
                Assert.Null(update.ConversationId);
                pieces.Add(update.Text);
            }
        });
        Assert.Equal(["one", "two"], pieces);
        Assert.Equal("`aggregator` of layer 2 gave no answer: the line broke.", failure.Message);
        Assert.Equal([Prompt("a"), "Why is the sky blue?"], Told(last));
    }

    [Fact]
    public void Dispose_DisposesEachClientOnce_UnlessTheyAreLeftOpen()
    {
        ScriptedClient shared = new("a"), last = new("d");
        Of([[shared, shared], [shared]], last, new() { LeaveOpen = true }).Dispose();
        Assert.Equal((0, 0), (shared.Disposals, last.Disposals));
        Of([[shared, shared], [shared]], last).Dispose();
        Assert.Equal((1, 1), (shared.Disposals, last.Disposals));
    }

    [Fact]
    public void GetService_IsTheMixtureOrWhatTheAggregatorHas()
    {
        ScriptedClient last = new("d");
        using MixtureOfAgents mixture = Of([[new ScriptedClient("a")]], last);
        Assert.Same(mixture, mixture.GetService(typeof(MixtureOfAgents)));
        Assert.Same(mixture, mixture.GetService(typeof(IChatClient)));
        Assert.Same(last, mixture.GetService(typeof(ScriptedClient)));
        Assert.Null(mixture.GetService(typeof(MixtureOfAgents), "key"));
    }

    [Fact]
    public void Layers_WithoutAgents_AreRefused()
    {
        Assert.Contains("at least one layer", Assert.Throws<ArgumentException>(() => Of([], new ScriptedClient("d"))).Message, StringComparison.Ordinal);
        Assert.Contains("Layer 2 has no agents", Assert.Throws<ArgumentException>(() => Of([[new ScriptedClient("a")], []], new ScriptedClient("d"))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixtureOfAgentsOptions { MaximumConcurrency = -1 });
    }

    /// <summary>Agents are called by layer and place: 1.2 is the second of the first layer.</summary>
    private static MixtureOfAgents Of(ScriptedClient[][] layers, ScriptedClient last, MixtureOfAgentsOptions? options = null) => new(
        layers.Select((layer, i) => layer.Select((client, j) => new Agent($"{i + 1}.{j + 1}", client))), new Agent("aggregator", last), options);

    private static string[] Told(ScriptedClient client) => [.. client.Calls.Last().Messages.Select(static message => message.Text)];

    private static string Prompt(params string[] answers) => MixtureOfAgentsOptions.AggregateAndSynthesize([.. answers.Select(static a => new AgentAnswer("", a))]);

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = target; seen < value; seen = target)
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
