using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>Where a method is lowered: the graph that grows, the locals, and where parameters and losses are declared.</summary>
internal abstract class Scope(ModuleSpec module, GraphBuilder graph)
{
    public ModuleSpec Module { get; } = module;

    public GraphBuilder Graph { get; } = graph;

    public Dictionary<string, Operand> Locals { get; } = new(StringComparer.Ordinal);

    /// <summary>Foreach variables, and the repeated member that each stands for.</summary>
    public Dictionary<string, MemberSpec> Layers { get; } = new(StringComparer.Ordinal);

    /// <summary>The path of the module in the model; empty for the model itself, else with a dot at its end.</summary>
    public string Path { get; init; } = "";

    /// <summary>The start of the module's tensors' names in a checkpoint, as <see cref="Path"/>.</summary>
    public string Checkpoint { get; init; } = "";

    public bool IsFrozen { get; init; }

    public abstract ModelContext Model { get; }

    /// <summary>Whether what is lowered next comes after an attention that sees no later tokens.</summary>
    public virtual bool FollowsCausalAttention => Graph.Nodes.Any(IsCausal);

    public abstract Operand Find(string name);

    /// <summary>Gives a pending input its type: from now on it is a tensor.</summary>
    public abstract Value Resolve(Operand.Pending pending, TensorType type);

    public abstract Value DeclareParameter(GraphParameter parameter);

    /// <param name="name">What it is reported as.</param>
    /// <param name="scalar">What the loss has more.</param>
    /// <param name="reported">What is reported: <paramref name="scalar"/>, or the numbers of each layer that it is the sum of.</param>
    /// <param name="coefficient">How often.</param>
    public abstract void AddLoss(string name, Value scalar, Value reported, float coefficient);

    public abstract void AddMetric(string name, Value value);

    /// <summary>Gives a parameter that is not trained its value for the next step.</summary>
    public abstract void AddUpdate(string parameter, Value next);

    private static bool IsCausal(Node node) => node.Op is Attention { IsCausal: true } || node.Op is Repeat repeat && repeat.Body.Nodes.Any(IsCausal);
}

/// <summary>What all scopes of one graph share.</summary>
/// <param name="spec">The model.</param>
/// <param name="isTraining">Whether dropout and noise are drawn.</param>
/// <param name="hasLoss">Whether there is a loss to add auxiliary losses to.</param>
internal sealed class ModelContext(ModelSpec spec, bool isTraining, bool hasLoss)
{
    private int _sites;

    public ModelSpec Spec { get; } = spec;

    public bool IsTraining { get; } = isTraining;

    public bool HasLoss { get; } = hasLoss;

    public int NextSite() => _sites++;
}

/// <summary>The model's own Forward and Loss.</summary>
internal class MethodScope(ModelContext model, ModuleSpec module, GraphBuilder graph) : Scope(module, graph)
{
    public override ModelContext Model => model;

    /// <summary>Terms of the loss beside the user's own.</summary>
    public List<(string Name, Value Value, Value Reported, float Coefficient)> Losses { get; } = [];

    public List<(string Name, Value Value)> Metrics { get; } = [];

    public override Operand Find(string name) => Locals.TryGetValue(name, out Operand? operand)
        ? operand
        : throw new InvalidOperationException($"{name} has no value");

    public override Value Resolve(Operand.Pending pending, TensorType type)
    {
        // An operand that was read before another one of the same expression told its shape comes here a second time.
        Value value = Graph.Inputs.FirstOrDefault(i => i.Name == pending.Name) ?? Graph.Input(pending.Name, type);
        foreach (string name in Locals.Where(l => l.Value.Equals(pending)).Select(static l => l.Key).ToArray())
            Locals[name] = new Operand.Tensor(value);
        return value;
    }

    public override Value DeclareParameter(GraphParameter parameter) =>
        Graph.Parameters.FirstOrDefault(p => p.Value.Name == parameter.Value.Name)?.Value ?? Graph.Parameter(parameter);

    public override void AddLoss(string name, Value scalar, Value reported, float coefficient) => Losses.Add((name, scalar, reported, coefficient));

    /// <summary>Parameters that this step changes by itself, and what they become.</summary>
    public List<(string Name, Value Value)> Updates { get; } = [];

    public override void AddMetric(string name, Value value) => Metrics.Add((name, value));

    public override void AddUpdate(string parameter, Value next) => Updates.Add((parameter, next));
}

/// <summary>A nested module's Forward: names of its own, everything else where it is used.</summary>
internal sealed class ModuleScope(Scope outer, ModuleSpec module) : Scope(module, outer.Graph)
{
    public override ModelContext Model => outer.Model;

    public override bool FollowsCausalAttention => outer.FollowsCausalAttention;

    public override Operand Find(string name) => Locals.TryGetValue(name, out Operand? operand)
        ? operand
        : throw new InvalidOperationException($"{name} has no value");

    public override Value Resolve(Operand.Pending pending, TensorType type)
    {
        Value value = outer.Resolve(pending, type);
        foreach (string name in Locals.Where(l => l.Value.Equals(pending)).Select(static l => l.Key).ToArray())
            Locals[name] = new Operand.Tensor(value);
        return value;
    }

    public override Value DeclareParameter(GraphParameter parameter) => outer.DeclareParameter(parameter);

    public override void AddLoss(string name, Value scalar, Value reported, float coefficient) => outer.AddLoss(name, scalar, reported, coefficient);

    public override void AddMetric(string name, Value value) => outer.AddMetric(name, value);

    public override void AddUpdate(string parameter, Value next) => outer.AddUpdate(parameter, next);
}
