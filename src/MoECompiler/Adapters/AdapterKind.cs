namespace MoECompiler.Adapters;

/// <summary>
/// What an adapter does at a weight: what it has ready once a step, and how the result of a product with the weight changes. Where products are
/// and how values get into repeated layers is the same for all, <see cref="Passes.AttachAdapters"/>.
/// </summary>
public abstract record AdapterKind
{
    /// <summary>The attribute's name: <c>Lora</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether PEFT has adapters of this kind.</summary>
    public virtual bool IsInPeft => false;

    /// <summary>The class that holds a weight's parameters at run time.</summary>
    public abstract string SiteType { get; }

    /// <summary>What a file of such an adapter says, the value as C# of a text: it does not fit a declaration that says something else.</summary>
    public virtual IEnumerable<(string Key, string Text)> Description => [];

    /// <summary>Whether the bias that is added to a product is added before the change.</summary>
    public virtual bool IsAfterBias => false;

    /// <summary>What the constructor of <see cref="SiteType"/> takes after the weight and before the parameters, as C#.</summary>
    public virtual IEnumerable<string> SiteArguments(AdapterSite site) => [];

    /// <summary>Adds what is ready once a step, before all products: parameters, or what is computed of parameters and weights.</summary>
    /// <param name="graph">The graph that gets it.</param>
    /// <param name="sites">All weights that change: what they have in common is computed once.</param>
    /// <param name="isTraining">Whether the graph is one of training, with its noise.</param>
    /// <returns>Of each site some values, all of them stacked as the weight is: their first extents are <see cref="AdapterSite.Groups"/>.</returns>
    public abstract IReadOnlyList<EquatableArray<Value>> Prepare(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining);

    /// <summary>What the result of a product becomes: in a new adapter itself, to the bit.</summary>
    /// <param name="product">The product, in the graph that it is in.</param>
    /// <param name="made">What <see cref="Prepare"/> made for its weight, of repeated layers this layer's.</param>
    /// <returns>A formula of operands, of the result's type.</returns>
    public abstract (ScalarExpression Formula, Value[] Operands) Change(AdaptedProduct product, EquatableArray<Value> made);

    /// <summary>A text in C#.</summary>
    private protected static string Text(string text) => $"\"{text}\"";

    /// <summary>A number as a text in C#.</summary>
    private protected static string Text(float number) => $"AdapterDescription.Text({ScalarExpression.Constant.Text(number)})";
}
