namespace MoECompiler.Modules;

/// <summary>Every part of a router: a new one is a class in its folder and a word here.</summary>
internal static class RouterPartKinds
{
    public static RouterParts<RouterKindLowering> Routers { get; } = new("Router",
        new LinearRouter(), new BoundedRouter(), new CosineRouter(), new LaplaceRouter(), new StudentTRouter(), new GaussianRouter(),
        new HierarchicalRouter(), new TableRouter(), new ConditionedRouter(), new HashRouter(), new CyclicRouter(), new RandomRouter(),
        new FirstRouter());

    public static RouterParts<LevelKindLowering> Levels { get; } = new("Level",
        new TokenLevel(), new SequenceLevel(), new ContextLevel(), new RecurrentLevel(), new GatedRecurrentLevel());

    public static RouterParts<MaskKindLowering> Masks { get; } = new("Mask",
        new NoMask(), new TableMask(), new DrawnMask(), new BranchMask());

    public static RouterParts<NoiseKindLowering> Noises { get; } = new("Noise",
        new NoNoise(), new GaussianNoise(), new LearnedNoise(), new JitterNoise(), new GumbelNoise());

    public static RouterParts<ScoreKindLowering> Scores { get; } = new("Score",
        new SoftmaxScore(), new SigmoidScore(), new SqrtSoftplusScore(), new ProbitScore());

    public static RouterParts<SelectionKindLowering> Selections { get; } = new("Selection",
        new TopKSelection(), new TopPSelection(), new ThresholdSelection(), new GroupedSelection(), new OnePerGroupSelection(),
        new BalancedSelection(), new ExpertChoiceSelection(), new RandomSecondSelection(), new SampledSecondSelection(), new DynamicTopKSelection(),
        new GrowingTopKSelection(), new LightSelection());

    public static RouterParts<DropKindLowering> Drops { get; } = new("Drop",
        new PositionDrop(), new PriorityDrop(), new RandomDrop());

    public static RouterParts<ExpertKindLowering> Experts { get; } = new("Kind",
        new TwoLayerExpert(), new SwiGluExpert(), new ClampedSwiGluExpert(), new AttentionHeadExpert(), new SwitchHeadExpert(), new CustomExpert());

    public static RouterParts<SharedWeightKind> SharedWeights { get; } = new("SharedWeight",
        new WholeSharedWeight(), new SigmoidSharedWeight(), new SoftmaxSharedWeight());

    public static RouterParts<ExpertMatricesKind> Matrices { get; } = new("Matrices",
        new FullMatrices(), new LowRankMatrices(), new AdaptedMatrices());

    public static IReadOnlyList<RouterParts> All { get; } = [Routers, Levels, Masks, Noises, Scores, Selections, Drops, Experts, SharedWeights, Matrices];

    public static IReadOnlyList<RouterLoss> Losses { get; } =
    [
        new BalanceLoss(), new SequenceBalanceLoss(), new GroupBalanceLoss(), new GroupTrafficLoss(), new GateLoss(), new ZLoss(), new ImportanceLoss(),
        new GateImportanceLoss(), new LoadLoss(), new EntropyLoss(), new OrthogonalityLoss(), new ExcessLoss(), new DistillationLoss(),
    ];

    public static IReadOnlyList<RouterMeasure> Measures { get; } = [new DroppedMeasure(), new UncoveredMeasure(), new ExpertsMeasure(), new EntropyMeasure()];
}
