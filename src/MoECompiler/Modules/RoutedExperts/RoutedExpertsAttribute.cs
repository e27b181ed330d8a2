namespace MoECompiler;

/// <summary>
/// Declares a mixture of experts: a router scores the experts for each row, the topK best compute it, and their results are added up,
/// weighted by the scores. f32[..., width] gives f32[..., width].
/// </summary>
/// <param name="width">The innermost extent, of what comes in and of what goes out.</param>
/// <param name="experts">The number of experts.</param>
/// <param name="topK">How many of them compute a row.</param>
/// <param name="inner">The extent between the two matrices of an expert.</param>
/// <remarks>
/// experts * (2 * inner * width + width) weights, with SwiGlu experts * (3 * inner * width + width); heads of
/// attention have 2 * inner * width more together. Of low-rank matrices each is experts * rank * (inner + width), of adapted ones
/// inner * width more. A row is computed in full by
/// each of its experts unless <see cref="CapacityFactor"/> says otherwise. Source: Shazeer et al., Outrageously Large Neural Networks,
/// ICLR 2017; without dropped rows, Gale et al., MegaBlocks, MLSys 2023.
/// </remarks>
public sealed class RoutedExpertsAttribute(int width, int experts, int topK, int inner) : MemberAttribute
{
    public int Width { get; } = width;

    public int Experts { get; } = experts;

    public int TopK { get; } = topK;

    public int Inner { get; } = inner;

    /// <summary>What each expert computes.</summary>
    public ExpertKind Kind { get; set; } = ExpertKind.TwoLayer;

    /// <summary>The function between the matrices of a two-layer expert.</summary>
    public Activation Activation { get; set; } = Activation.Relu;

    /// <summary>
    /// What is between the matrices of a custom expert: the name of a static method of the class that declares the layer, from tensors
    /// <c>up</c> and <c>gate</c>, or one of them, to one. It says what becomes of an element, as Forward says it.
    /// </summary>
    public string Formula { get; set; } = "";

    /// <summary>The bound on what a clamped expert multiplies.</summary>
    public float Clamp { get; set; } = 7f;

    /// <summary>What the experts' matrices are made of; not those of shared experts.</summary>
    public ExpertMatrices Matrices { get; set; } = ExpertMatrices.Full;

    /// <summary>The rank of matrices that are products of two.</summary>
    public int Rank { get; set; } = 8;

    /// <summary>With <see cref="ExpertMatrices.Adapted"/> what B A is multiplied by, times the rank. Unset: the rank.</summary>
    public float Alpha { get; set; }

    /// <summary>With <see cref="ExpertMatrices.Adapted"/> whether the matrices that all experts share are not trained.</summary>
    public bool FrozenBase { get; set; }

    /// <summary>Whether a token sees only those of its sequence up to itself, with <see cref="ExpertKind.AttentionHead"/> and <see cref="ExpertKind.SwitchHead"/>.</summary>
    public bool Causal { get; set; }

    /// <summary>How places are told to queries and keys, with <see cref="ExpertKind.AttentionHead"/> and <see cref="ExpertKind.SwitchHead"/>.</summary>
    public RotaryKind Rotary { get; set; } = RotaryKind.None;

    /// <summary>What the wave lengths of the angles grow to, nearly.</summary>
    public float RotaryBase { get; set; } = 10_000f;

    /// <summary>Whether the experts' matrices have biases.</summary>
    public bool Bias { get; set; }

    /// <summary>How the router comes to its decision.</summary>
    public RouterKind Router { get; set; } = RouterKind.Linear;

    /// <summary>How much of a sequence the router looks at.</summary>
    public RouterLevel Level { get; set; } = RouterLevel.Token;

    /// <summary>Which experts a row may have, whatever the router says.</summary>
    public RouterMask Mask { get; set; } = RouterMask.None;

    /// <summary>How many experts an id may have, with <see cref="RouterMask.Drawn"/>.</summary>
    public int VisibleExperts { get; set; } = 1;

    /// <summary>How likely a row loses a part of the experts in training, with <see cref="RouterMask.Branches"/>.</summary>
    public float BranchDropout { get; set; } = 0.1f;

    /// <summary>How many ids there are, for a router or a mask that has a row for each.</summary>
    public int Ids { get; set; } = 1;

    /// <summary>What a hash router and a drawn mask draw from; 0 or more.</summary>
    public int RouterSeed { get; set; }

    /// <summary>Whether a router that multiplies the row by a matrix has a bias.</summary>
    public bool RouterBias { get; set; }

    /// <summary>Whether a router that multiplies the row by a matrix keeps it as it is drawn: nothing trains it.</summary>
    public bool FrozenRouter { get; set; }

    /// <summary>The columns that a cosine router compares in, and those of the state with <see cref="RouterLevel.GatedRecurrent"/>.</summary>
    public int RouterWidth { get; set; } = 256;

    /// <summary>The degrees of freedom of a Student-t router.</summary>
    public float Freedom { get; set; } = 1f;

    /// <summary>
    /// What the logits, with their noise, are divided by in the first step of training: more than 1 spreads a row over the experts.
    /// Source: Nie et al., EvoMoE, 2021.
    /// </summary>
    public float Temperature { get; set; } = 1f;

    /// <summary>What they are divided by from step <see cref="TemperatureSteps"/> on. Unset, it is <see cref="Temperature"/>.</summary>
    public float FinalTemperature { get; set; }

    /// <summary>How many steps the temperature takes to its final value.</summary>
    public int TemperatureSteps { get; set; } = 1000;

    /// <summary>How it gets there.</summary>
    public ScheduleShape TemperatureShape { get; set; } = ScheduleShape.Linear;

    /// <summary>What the router makes of its logits.</summary>
    public RouterScore Score { get; set; } = RouterScore.Softmax;

    /// <summary>Which of the judged experts compute which tokens.</summary>
    public RouterSelection Selection { get; set; } = RouterSelection.TopK;

    /// <summary>The sum of scores at which a row has experts enough, with <see cref="RouterSelection.TopP"/>.</summary>
    public float TopP { get; set; } = 0.9f;

    /// <summary>The score above which an expert computes a row, with <see cref="RouterSelection.Threshold"/>.</summary>
    public float Threshold { get; set; } = 0.001f;

    /// <summary>The k of the first step of training, with <see cref="RouterSelection.GrowingTopK"/>: at most TopK.</summary>
    public int FirstTopK { get; set; } = 1;

    /// <summary>How many steps k takes to TopK, with <see cref="RouterSelection.GrowingTopK"/>.</summary>
    public int TopKSteps { get; set; } = 1000;

    /// <summary>
    /// In how many equal parts the experts are, with <see cref="RouterKind.Hierarchical"/>, <see cref="RouterSelection.GroupedTopK"/>,
    /// <see cref="RouterSelection.OnePerGroup"/> and <see cref="RouterMask.Branches"/>.
    /// </summary>
    public int Groups { get; set; } = 1;

    /// <summary>From how many of the parts a row has its experts.</summary>
    public int TopGroups { get; set; } = 1;

    /// <summary>What a part is chosen by.</summary>
    public GroupScore GroupScore { get; set; } = GroupScore.Best;

    /// <summary>Choose by the logits, then take the softmax over the chosen ones only; otherwise over all experts, then choose.</summary>
    public bool SoftmaxAfterTopK { get; set; }

    /// <summary>Divide the scores of the chosen experts by their sum.</summary>
    public bool NormalizeTopK { get; set; } = true;

    /// <summary>
    /// Whether each chosen expert weighs 1, whatever its score: experts that are parts of one network add up to it. Nothing but a loss of its own teaches
    /// such a router. Source: Zhang et al., MoEfication, ACL Findings 2022.
    /// </summary>
    public bool UnitWeights { get; set; }

    /// <summary>What the weights of the chosen experts are multiplied by, last.</summary>
    public float RoutedScale { get; set; } = 1f;

    /// <summary>
    /// Whether experts are chosen by their score plus a number for each, which training moves by <see cref="BiasRate"/>: up for an expert that
    /// fewer rows than the mean chose, down for one that more did. The weights are of the scores alone.
    /// Source: Wang et al., Auxiliary-Loss-Free Load Balancing, 2024; DeepSeek-V3, 2024.
    /// </summary>
    public bool SelectionBias { get; set; }

    /// <summary>How far a step of training moves the selection bias; 0 leaves it as it is.</summary>
    public float BiasRate { get; set; } = 0.001f;

    /// <summary>Experts of the same extents beside the routed ones that compute every row.</summary>
    public int SharedExperts { get; set; }

    /// <summary>What the shared experts count for.</summary>
    public SharedWeight SharedWeight { get; set; } = SharedWeight.One;

    /// <summary>
    /// Each expert takes at most ceil(rows * topK / experts * CapacityFactor) rows, first come; the others pass it by. 0: no bound, and no
    /// row is dropped. Source: Fedus et al., Switch Transformers, JMLR 2022.
    /// </summary>
    public float CapacityFactor { get; set; }

    /// <summary>The capacity factor outside of training. Unset, it is <see cref="CapacityFactor"/>; 0: no bound.</summary>
    public float EvaluationCapacityFactor { get; set; }

    /// <summary>Which rows pass an expert by that more of them chose than it takes.</summary>
    public DropPolicy Drop { get; set; } = DropPolicy.Position;

    /// <summary>What is added in training, so that experts which are rarely chosen are tried.</summary>
    public RouterNoise Noise { get; set; } = RouterNoise.None;

    /// <summary>How much noise: its deviation, or the width of the jitter.</summary>
    public float NoiseScale { get; set; } = 1f;

    /// <summary>
    /// The weight of the balance loss, experts * sum over experts of (share of rows) * (mean score), which is least where each expert
    /// gets as much. 0: none. Source: Fedus et al., Switch Transformers, JMLR 2022.
    /// </summary>
    public float BalanceLoss { get; set; }

    /// <summary>
    /// The weight of the balance loss of each sequence by itself, in the mean; the layer takes f32[B, T, width]. 0: none.
    /// Source: DeepSeek-V3 Technical Report, 2024.
    /// </summary>
    public float SequenceBalanceLoss { get; set; }

    /// <summary>
    /// The weight of sum over groups of (mean share of slots of its experts, times experts) * (their mean scores), least where each group has as many
    /// slots. 0: none. Source: DeepSeek-V2, 2024, the balance of devices.
    /// </summary>
    public float GroupBalanceLoss { get; set; }

    /// <summary>
    /// The weight of sum over groups of (share of rows that have an expert in it) * (their mean scores) * Groups / TopGroups: as many rows go to each
    /// group. 0: none. Source: DeepSeek-V2, 2024, the balance of communication.
    /// </summary>
    public float GroupTrafficLoss { get; set; }

    /// <summary>
    /// The weight of experts * sum over experts of (mean score) * (share of rows), scores with noise and temperature: it grows with the number of
    /// experts that a row has. 0: none. Source: Nie et al., EvoMoE, 2021.
    /// </summary>
    public float GateLoss { get; set; }

    /// <summary>Whose scores the gate loss looks at.</summary>
    public GateMask GateMask { get; set; } = GateMask.Chosen;

    /// <summary>What becomes of the gate loss of each layer. The loss has the sum over layers; for the mean, the weight is divided by their number.</summary>
    public GateTransform GateTransform { get; set; } = GateTransform.None;

    /// <summary>The weight of the z-loss, mean of logsumexp(logits)^2, which keeps the logits small. 0: none. Source: Zoph et al., ST-MoE, 2022.</summary>
    public float ZLoss { get; set; }

    /// <summary>
    /// The weight of the importance loss, the squared coefficient of variation of the sums of each expert's scores. 0: none.
    /// Source: Shazeer et al., Outrageously Large Neural Networks, ICLR 2017; over all experts' scores as in V-MoE.
    /// </summary>
    public float ImportanceLoss { get; set; }

    /// <summary>
    /// The weight of the squared coefficient of variation of the sums of each expert's gates, the weights of the chosen with 0 for the others, noise
    /// and all. 0: none. Source: Shazeer et al., Outrageously Large Neural Networks, ICLR 2017, equations 6 and 7.
    /// </summary>
    public float GateImportanceLoss { get; set; }

    /// <summary>
    /// The weight of the load loss, the squared coefficient of variation of the rows that each expert can expect under the router's noise,
    /// which has to be normal. 0: none. Source: Shazeer et al., Outrageously Large Neural Networks, ICLR 2017.
    /// </summary>
    public float LoadLoss { get; set; }

    /// <summary>
    /// The weight of sum over experts of (rows over the mean, less 1) * (mean over rows of the score of those that chose it): scores of full experts
    /// fall and those of empty ones rise. 0: none. Source: Dai et al., StableMoE, ACL 2022.
    /// </summary>
    public float ExcessLoss { get; set; }

    /// <summary>
    /// The weight of the mean entropy of a row's scores, which keeps a router from spreading them. 0: none.
    /// Source: Huang et al., Harder Tasks Need More Experts, ACL 2024.
    /// </summary>
    public float EntropyLoss { get; set; }

    /// <summary>
    /// Whether the mean entropy of a row's scores is reported, in nats: how sure the router is. With <see cref="EntropyLoss"/> it is anyway.
    /// </summary>
    public bool ReportEntropy { get; set; }

    /// <summary>The weight of the mean squared cosine between the first matrices of different experts. 0: none.</summary>
    public float OrthogonalityLoss { get; set; }
}
