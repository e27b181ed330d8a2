namespace MoECompiler;

/// <summary>
/// Trains the routed layers of a model in phases: one expert that every row passes; from <see cref="SpawnAt"/> on experts made of it, with a
/// gate that begins dense and becomes sparse; from <see cref="HardAt"/> on the layers as they are declared. Each phase is a program of its own
/// over the same weights, compiled with the model, and a <see cref="Training.Trainer"/> goes from one to the next by the number of its step.
/// </summary>
/// <remarks>
/// Steps are counted as random numbers count them: where several batches make a step of the optimizer, each of them is one. Layers whose
/// router does not judge stay as they are declared. Source: Nie et al., EvoMoE: An Evolutional Mixture-of-Experts Training Framework via
/// Dense-To-Sparse Gate, 2021.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EvolveAttribute : Attribute
{
    /// <summary>The step at which experts are made of the one; 0: they begin as they were initialized or loaded.</summary>
    public int SpawnAt { get; set; }

    /// <summary>The step at which the gate's temperature begins to fall. Unset, it is <see cref="SpawnAt"/>.</summary>
    public int SparsifyAt { get; set; }

    /// <summary>The step from which on the layers are as declared; 0: never, the gate alone makes them sparse.</summary>
    public int HardAt { get; set; }

    /// <summary>How an expert is made of the one.</summary>
    public SpawnKind Spawn { get; set; } = SpawnKind.Mask;

    /// <summary>The share of weights that are 0 or of neurons that begin anew, or the noise in parts of the deviation.</summary>
    public float SpawnAmount { get; set; } = 0.3f;

    /// <summary>Whether the weights that a mask leaves grow by what it takes.</summary>
    public bool SpawnRescale { get; set; }

    /// <summary>What masks, noise and routers are drawn from.</summary>
    public int SpawnSeed { get; set; }

    /// <summary>Whether what the optimizer remembers of new experts is 0; otherwise it is that of the one they are made of.</summary>
    public bool ResetMoments { get; set; }

    /// <summary>What the dense gate's logits, with their Gumbel noise, are divided by at first.</summary>
    public float Temperature { get; set; } = 2f;

    /// <summary>What they are divided by in the end.</summary>
    public float FinalTemperature { get; set; } = 0.3f;

    /// <summary>How many steps the temperature takes to get there.</summary>
    public int TemperatureSteps { get; set; } = 1000;

    /// <summary>How it gets there.</summary>
    public ScheduleShape TemperatureShape { get; set; } = ScheduleShape.Linear;

    /// <summary>What an expert's share of a row has to be above for the dense gate to keep it; the best is kept in any case.</summary>
    public float Threshold { get; set; } = 0.001f;

    /// <summary>Whether all rows of a batch keep as many experts, the floor of the mean of those above the threshold; otherwise each row its own.</summary>
    public bool SameForBatch { get; set; }

    /// <summary>Whether an expert weighs what the softmax of its logits is, without noise and temperature; otherwise its share in the noisy one.</summary>
    public bool SoftmaxGates { get; set; }

    /// <summary>Whether the weights of the experts that are kept are divided by their sum.</summary>
    public bool Normalize { get; set; }
}
