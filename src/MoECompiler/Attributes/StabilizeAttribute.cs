namespace MoECompiler;

/// <summary>
/// Trains the routed layers of a model in two phases. Before step <see cref="At"/> the router chooses, by sigmoid(x Wᵀ), and a light router that
/// sees a token's id alone learns what it chooses. From then on the light router chooses, which is trained no more: a token has the same experts
/// whenever it comes, and the router only says how much they weigh. Each phase is a program of its own over the same weights, compiled with the
/// model, and a <see cref="Training.Trainer"/> goes from one to the next by the number of its step.
/// </summary>
/// <param name="at">The step from which on the light router chooses; 1 or more.</param>
/// <param name="ids">How many ids there are; the layers' Forward is given those of the rows as its second argument.</param>
/// <remarks>
/// Steps are counted as random numbers count them: where several batches make a step of the optimizer, each of them is one. In either phase the
/// layers' Score is Sigmoid and their Selection TopK, without NormalizeTopK; terms of the loss that a layer declares are there in the first phase,
/// but for its BalanceLoss, in whose place is <see cref="Balance"/>. Layers whose router does not judge stay as they are declared. Source: Dai et al.,
/// StableMoE: Stable Routing Strategy for Mixture of Experts, ACL 2022.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StabilizeAttribute(int at, int ids) : Attribute
{
    public int At { get; } = at;

    public int Ids { get; } = ids;

    /// <summary>The columns of the light router: an embedding of each id is multiplied by a row an expert. 0: a table with a logit for each id and expert.</summary>
    public int Width { get; set; }

    /// <summary>The weight of the cross entropy between what the light router says and what the router chose, in the mean over tokens.</summary>
    public float Distillation { get; set; } = 1f;

    /// <summary>The weight of the layers' <see cref="RoutedExpertsAttribute.ExcessLoss"/> in the first phase.</summary>
    public float Balance { get; set; } = 0.3f;
}
