namespace MoECompiler;

/// <summary>Which of the judged experts compute which tokens.</summary>
public enum RouterSelection
{
    /// <summary>The TopK best of each token; of equal ones that with the lower index.</summary>
    TopK,

    /// <summary>
    /// As many as it takes for the sum of their scores to reach <see cref="RoutedExpertsAttribute.TopP"/>, at least one and at most TopK.
    /// Source: Huang et al., Harder Tasks Need More Experts, ACL 2024.
    /// </summary>
    TopP,

    /// <summary>
    /// Those whose score is above <see cref="RoutedExpertsAttribute.Threshold"/>, at least one and at most TopK.
    /// Source: Nie et al., EvoMoE, 2021.
    /// </summary>
    Threshold,

    /// <summary>
    /// The TopK best of the <see cref="RoutedExpertsAttribute.TopGroups"/> best among <see cref="RoutedExpertsAttribute.Groups"/> equal parts
    /// of the experts. Source: DeepSeek-V2 and DeepSeek-V3, 2024.
    /// </summary>
    GroupedTopK,

    /// <summary>
    /// The best of each of <see cref="RoutedExpertsAttribute.Groups"/> equal parts of the experts; TopK is as many. Each part is a mixture of its own:
    /// scores are those within the part. Source: Yang et al., M6-T: Exploring Sparse Expert Models and Beyond, 2021.
    /// </summary>
    OnePerGroup,

    /// <summary>
    /// In training one for each row such that all experts have as many rows and the scores add up to the most; outside of it the best one.
    /// TopK is 1. Source: Lewis et al., BASE Layers, ICML 2021.
    /// </summary>
    Balanced,

    /// <summary>
    /// Each expert takes the ceil(rows * TopK / experts * CapacityFactor) rows that score it highest, a CapacityFactor of 0 counting as 1. What
    /// it takes depends on all rows. Source: Zhou et al., Mixture-of-Experts with Expert Choice Routing, NeurIPS 2022.
    /// </summary>
    ExpertChoice,

    /// <summary>
    /// The two best, the second one in training with probability min(1, 2 g), g its score. TopK is 2. Source: Lepikhin et al., GShard, ICLR 2021;
    /// <see cref="TopK"/> takes the second in any case.
    /// </summary>
    RandomSecond,

    /// <summary>
    /// The best, and in training as the second a sample of the others by their softmax. TopK is 2. Source: Lepikhin et al., GShard, ICLR 2021, as
    /// sampled in Fairseq.
    /// </summary>
    SampledSecond,

    /// <summary>
    /// The k best of each row, the k of all rows of a batch the floor of the mean number of scores above
    /// <see cref="RoutedExpertsAttribute.Threshold"/>, at least one and at most TopK. Source: Nie et al., EvoMoE, 2021, as ported to FastMoE.
    /// </summary>
    DynamicTopK,

    /// <summary>
    /// The k best of each row, k from <see cref="RoutedExpertsAttribute.FirstTopK"/> in the first step of training linearly to TopK after
    /// <see cref="RoutedExpertsAttribute.TopKSteps"/>; outside of training TopK. With <see cref="RoutedExpertsAttribute.FrozenRouter"/>
    /// SMoE-Dropout. Source: Chen et al., Sparse MoE as the New Dropout, ICLR 2023.
    /// </summary>
    GrowingTopK,
}
