namespace MoECompiler.Modules;

/// <summary>
/// A program of a model that evolves: the same declaration, with other arguments for its routed layers. A phase is a record in this folder;
/// the compiler makes a Forward, a Backward and an Evaluate of each.
/// </summary>
internal abstract record PhaseLowering
{
    /// <summary>The member of <see cref="EvolutionPhase"/>, and what the program's methods are called.</summary>
    public abstract string Name { get; }

    /// <summary>What a layer's attribute says in this phase in place of what was written.</summary>
    /// <param name="layer">As declared.</param>
    protected abstract IReadOnlyDictionary<string, object> Changes(ModuleContext layer);

    /// <summary>A module as it is lowered in this phase.</summary>
    public ModuleContext Of(ModuleContext module, string kind) => IsEvolving(kind, module.Choice("Router", "Linear")) ? new PhaseContext(module, Changes(module)) : module;

    /// <summary>Whether a member takes part: a routed layer whose router judges.</summary>
    public static bool IsEvolving(string kind, string router) => kind == "RoutedExperts" && RouterPartKinds.Routers.Parts.First(p => p.Name == router) is ScoringRouter;
}

/// <summary>A module that is lowered with some other arguments.</summary>
internal sealed class PhaseContext(ModuleContext declared, IReadOnlyDictionary<string, object> changes) : ModuleContext
{
    public override GraphBuilder Graph => declared.Graph;

    public override string Path => declared.Path;

    public override bool IsTraining => declared.IsTraining;

    public override bool HasLoss => declared.HasLoss;

    public override bool FollowsCausalAttention => declared.FollowsCausalAttention;

    public override Size Size(string argument) => changes.TryGetValue(argument, out object? change) ? (Size)change : declared.Size(argument);

    public override Size Size(string argument, Size otherwise) => changes.TryGetValue(argument, out object? change) ? (Size)change : declared.Size(argument, otherwise);

    public override float Number(string argument, float otherwise = 0) =>
        changes.TryGetValue(argument, out object? change) ? (float)change : declared.Number(argument, otherwise);

    public override int Integer(string argument, int otherwise = 0) =>
        changes.TryGetValue(argument, out object? change) ? (int)change : declared.Integer(argument, otherwise);

    public override bool Flag(string argument, bool otherwise = false) =>
        changes.TryGetValue(argument, out object? change) ? (bool)change : declared.Flag(argument, otherwise);

    public override string Choice(string argument, string otherwise) =>
        changes.TryGetValue(argument, out object? change) ? (string)change : declared.Choice(argument, otherwise);

    public override Value Parameter(string name, string tensor, Initializer initializer, params Size[] shape) => declared.Parameter(name, tensor, initializer, shape);

    public override Value Matrix(string name, string tensor, Initializer initializer, params Size[] shape) => declared.Matrix(name, tensor, initializer, shape);

    public override Value FrozenMatrix(string name, string tensor, Initializer initializer, params Size[] shape) => declared.FrozenMatrix(name, tensor, initializer, shape);

    public override ModuleFormula Formula(string argument) => declared.Formula(argument);

    public override Value Table(string name, string tensor, Initializer initializer, params Size[] shape) => declared.Table(name, tensor, initializer, shape);

    public override Value State(string name, string tensor, Initializer initializer, params Size[] shape) => declared.State(name, tensor, initializer, shape);

    public override void Update(string name, Value next) => declared.Update(name, next);

    public override void AddLoss(string name, Value scalar, float coefficient) => declared.AddLoss(name, scalar, coefficient);

    public override void AddMetric(string name, Value value) => declared.AddMetric(name, value);

    public override int NextSite() => declared.NextSite();
}
