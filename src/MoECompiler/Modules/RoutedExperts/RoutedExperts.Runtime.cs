namespace MoECompiler;

/// <summary>A mixture of experts, declared by <see cref="RoutedExpertsAttribute">[RoutedExperts(Width, Experts, TopK, Inner)]</see>.</summary>
public sealed class RoutedExperts(
    Parameter? up = null,
    Parameter? down = null,
    Parameter? router = null,
    Parameter? gate = null,
    Parameter? noise = null,
    Parameter? upBias = null,
    Parameter? downBias = null,
    Parameter? gateBias = null,
    Parameter? sharedUp = null,
    Parameter? sharedDown = null,
    Parameter? sharedGate = null,
    Parameter? routerBias = null,
    Parameter? routerScale = null,
    Parameter? routerProjection = null,
    Parameter? selectionBias = null,
    Parameter? condition = null,
    Parameter? routerGroups = null,
    Parameter? mask = null,
    Parameter? key = null,
    Parameter? value = null,
    Parameter? upA = null,
    Parameter? upB = null,
    Parameter? downA = null,
    Parameter? downB = null,
    Parameter? gateA = null,
    Parameter? gateB = null,
    Parameter? routerMemory = null,
    Parameter? routerGates = null,
    Parameter? routerGatesBias = null,
    Parameter? routerState = null,
    Parameter? light = null,
    Parameter? lightEmbedding = null,
    Parameter? query = null,
    Parameter? sharedRouter = null)
{
    /// <summary>
    /// f32[Experts, Width], with <see cref="RouterLevel.Context"/> and <see cref="RouterLevel.Recurrent"/> f32[Experts, 2 Width], with
    /// <see cref="RouterLevel.GatedRecurrent"/> f32[Experts, Width + RouterWidth]; of a <see cref="RouterKind.Cosine"/> router
    /// f32[Experts, RouterWidth], of a <see cref="RouterKind.Table"/> f32[Ids, Experts].
    /// </summary>
    /// <exception cref="InvalidOperationException">The router has no weights.</exception>
    public Parameter Router => router ?? throw new InvalidOperationException("A router that does not judge has no weights.");

    /// <summary>f32[Experts]; null for a router without.</summary>
    public Parameter? RouterBias { get; } = routerBias;

    /// <summary>
    /// Of a <see cref="RouterKind.Cosine"/> router the logarithm of what its cosines are multiplied by, f32[1]; of a
    /// <see cref="RouterKind.Gaussian"/> one those of the deviations, f32[Experts]; else null.
    /// </summary>
    public Parameter? RouterScale { get; } = routerScale;

    /// <summary>f32[RouterWidth, Width]; null unless the router is <see cref="RouterKind.Cosine"/>.</summary>
    public Parameter? RouterProjection { get; } = routerProjection;

    /// <summary>f32[Ids, Experts]; null unless the router is <see cref="RouterKind.Conditioned"/>.</summary>
    public Parameter? Condition { get; } = condition;

    /// <summary>f32[Groups, Width]; null unless the router is <see cref="RouterKind.Hierarchical"/>.</summary>
    public Parameter? RouterGroups { get; } = routerGroups;

    /// <summary>f32[Width], how long each column of a router's state lasts, before the sigmoid; null unless the level is <see cref="RouterLevel.Recurrent"/>.</summary>
    public Parameter? RouterMemory { get; } = routerMemory;

    /// <summary>
    /// f32[3 RouterWidth, Width], of each row to reset, update and candidate of the router's state; null unless the level is
    /// <see cref="RouterLevel.GatedRecurrent"/>.
    /// </summary>
    public Parameter? RouterGates { get; } = routerGates;

    /// <summary>f32[3 RouterWidth]; null unless the level is <see cref="RouterLevel.GatedRecurrent"/>.</summary>
    public Parameter? RouterGatesBias { get; } = routerGatesBias;

    /// <summary>f32[3 RouterWidth, RouterWidth], of the state to the next; null unless the level is <see cref="RouterLevel.GatedRecurrent"/>.</summary>
    public Parameter? RouterState { get; } = routerState;

    /// <summary>
    /// f32[Ids, Experts], the light router of <see cref="StabilizeAttribute">[Stabilize]</see>, with a width f32[Experts, Width]; else null.
    /// </summary>
    public Parameter? Light { get; } = light;

    /// <summary>f32[Ids, Width]; null unless the light router has a width.</summary>
    public Parameter? LightEmbedding { get; } = lightEmbedding;

    /// <summary>f32[Ids, Experts], which no optimizer trains: 1 where an id may have an expert, else 0; null unless the mask is <see cref="RouterMask.Table"/>.</summary>
    public Parameter? Mask { get; } = mask;

    /// <summary>f32[Experts], moved by training and no optimizer; null without <see cref="RoutedExpertsAttribute.SelectionBias"/>.</summary>
    public Parameter? SelectionBias { get; } = selectionBias;

    /// <summary>f32[Experts, Inner, Width]; of <see cref="ExpertMatrices.Adapted"/> experts f32[Inner, Width], for all of them.</summary>
    /// <exception cref="InvalidOperationException">The experts' matrices are <see cref="ExpertMatrices.LowRank"/>.</exception>
    public Parameter Up => up ?? throw new InvalidOperationException("Matrices that are products of two have none of their own: see UpA and UpB.");

    /// <summary>f32[Experts, Width, Inner]; of <see cref="ExpertMatrices.Adapted"/> experts f32[Width, Inner], for all of them.</summary>
    /// <exception cref="InvalidOperationException">The experts' matrices are <see cref="ExpertMatrices.LowRank"/>.</exception>
    public Parameter Down => down ?? throw new InvalidOperationException("Matrices that are products of two have none of their own: see DownA and DownB.");

    /// <summary>f32[Experts, Rank, Width]; null where matrices are <see cref="ExpertMatrices.Full"/>.</summary>
    public Parameter? UpA { get; } = upA;

    /// <summary>f32[Experts, Inner, Rank]; null where matrices are <see cref="ExpertMatrices.Full"/>.</summary>
    public Parameter? UpB { get; } = upB;

    /// <summary>f32[Experts, Rank, Inner]; null where matrices are <see cref="ExpertMatrices.Full"/>.</summary>
    public Parameter? DownA { get; } = downA;

    /// <summary>f32[Experts, Width, Rank]; null where matrices are <see cref="ExpertMatrices.Full"/>.</summary>
    public Parameter? DownB { get; } = downB;

    /// <summary>f32[Experts, Rank, Width]; null where matrices are <see cref="ExpertMatrices.Full"/>, and for experts without a gate.</summary>
    public Parameter? GateA { get; } = gateA;

    /// <summary>f32[Experts, Inner, Rank]; null where matrices are <see cref="ExpertMatrices.Full"/>, and for experts without a gate.</summary>
    public Parameter? GateB { get; } = gateB;

    /// <summary>f32[Groups * Inner, Width]; null unless the experts are <see cref="ExpertKind.SwitchHead"/>.</summary>
    public Parameter? Query { get; } = query;

    /// <summary>
    /// f32[Inner, Width] where the experts are <see cref="ExpertKind.AttentionHead"/>, f32[Groups * Inner, Width] where they are
    /// <see cref="ExpertKind.SwitchHead"/>; else null.
    /// </summary>
    public Parameter? Key { get; } = key;

    /// <summary>f32[Inner, Width]; null unless the experts are <see cref="ExpertKind.AttentionHead"/>.</summary>
    public Parameter? Value { get; } = value;

    /// <summary>f32[Experts, Inner, Width]; null unless the experts are <see cref="ExpertKind.SwiGlu"/>.</summary>
    public Parameter? Gate { get; } = gate;

    /// <summary>f32[Experts, Width]; null unless the noise is <see cref="RouterNoise.Learned"/>.</summary>
    public Parameter? Noise { get; } = noise;

    /// <summary>f32[Experts, Inner]; null without biases.</summary>
    public Parameter? UpBias { get; } = upBias;

    /// <summary>f32[Experts, Width]; null without biases.</summary>
    public Parameter? DownBias { get; } = downBias;

    /// <summary>f32[Experts, Inner]; null without biases, and unless the experts are <see cref="ExpertKind.SwiGlu"/>.</summary>
    public Parameter? GateBias { get; } = gateBias;

    /// <summary>f32[SharedExperts * Inner, Width]; null without shared experts.</summary>
    public Parameter? SharedUp { get; } = sharedUp;

    /// <summary>f32[Width, SharedExperts * Inner]; null without shared experts.</summary>
    public Parameter? SharedDown { get; } = sharedDown;

    /// <summary>f32[SharedExperts * Inner, Width]; null without shared experts, and unless they are <see cref="ExpertKind.SwiGlu"/>.</summary>
    public Parameter? SharedGate { get; } = sharedGate;

    /// <summary>f32[1, Width], with <see cref="SharedWeight.Softmax"/> f32[2, Width]; null where shared experts weigh 1.</summary>
    public Parameter? SharedRouter { get; } = sharedRouter;

    /// <summary>f32[..., Width] gives f32[..., Width].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("RoutedExperts.Forward");

    /// <summary>f32[..., Width] and ids i32 give f32[..., Width]: for a router that goes by them.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="ids">An id for each row, of the extents of x but the last, or for each sample, of the first alone.</param>
    public Tensor Forward(Tensor x, Tensor ids) => throw Declaration.NeverRuns("RoutedExperts.Forward");
}
