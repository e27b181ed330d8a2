using FashionMoE;
using MoECompiler;

namespace Adapters;

// An adapter is declared beside the model, which does not know of it. Without Targets it changes the weights of all products but the routers'.

/// <summary>The smallest low-rank adapter.</summary>
[Lora<ImageClassifier>(Rank = 1, Alpha = 2)]
public sealed partial class LoraOfRank1;

[Lora<ImageClassifier>(Rank = 4, Alpha = 8)]
public sealed partial class LoraOfRank4;

/// <summary>32 numbers a factor, whatever the extents of the weight.</summary>
[Nola<ImageClassifier>(Rank = 4, BasisA = 32, BasisB = 32, Alpha = 8, Seed = 1)]
public sealed partial class NolaOf32;

[Nola<ImageClassifier>(Rank = 4, BasisA = 128, BasisB = 128, Alpha = 8, Seed = 1)]
public sealed partial class NolaOf128;

[Nola<ImageClassifier>(Rank = 4, BasisA = 512, BasisB = 512, Alpha = 8, Seed = 1)]
public sealed partial class NolaOf512;
