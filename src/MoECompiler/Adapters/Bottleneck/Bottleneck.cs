using MoECompiler.Modules;

namespace MoECompiler.Adapters;

/// <summary>
/// A small layer behind a weight's product and its bias: h becomes h + Up f(Down h + c) + d. Up and d begin at 0.
/// Source: Houlsby et al., Parameter-Efficient Transfer Learning for NLP, ICML 2019.
/// </summary>
/// <param name="Width">What h is narrowed to.</param>
/// <param name="Activation">The function f.</param>
public sealed record Bottleneck(int Width, string Activation) : AdapterKind
{
    internal static Bottleneck Of(AdapterArguments arguments) => new(arguments.Integer("Width", otherwise: 16, minimum: 1), arguments.Choice("Activation", otherwise: "Relu"));

    public override string Name => "Bottleneck";

    public override string SiteType => "BottleneckLayer";

    public override bool IsAfterBias => true;

    public override IEnumerable<(string Key, string Text)> Description => [("width", Text($"{Width}")), ("activation", Text(Activation))];

    public override IEnumerable<string> SiteArguments(AdapterSite site) => [$"In: {site.In}"];

    public override IReadOnlyList<EquatableArray<Value>> Prepare(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining) =>
    [
        .. sites.Select(site => (EquatableArray<Value>)
        [
            site.Parameter(graph, "Down", "adapter_down.weight", new Initializer.Uniform(site.Out), [Width, site.Out]),
            site.Parameter(graph, "DownBias", "adapter_down.bias", new Initializer.Constant(0), [Width]),
            site.Parameter(graph, "Up", "adapter_up.weight", new Initializer.Constant(0), [site.Out, Width]),
            site.Parameter(graph, "UpBias", "adapter_up.bias", new Initializer.Constant(0), [site.Out]),
        ]),
    ];

    public override (ScalarExpression Formula, Value[] Operands) Change(AdaptedProduct product, EquatableArray<Value> made)
    {
        string name = product.Name;
        Value narrow = product.OfRows(product.Result, made[0], $"{name}Down");
        ScalarExpression activated = Activations.Of(Activation, Scalar.In(0) + Scalar.In(1));
        Value inner = product.Add(new Elementwise(activated), $"{name}Inner", narrow, product.Spread(made[1], narrow, $"{name}DownBias"));
        Value wide = product.OfRows(inner, made[2], $"{name}Up");
        return (Scalar.In(0) + Scalar.In(1) + Scalar.In(2), [product.Result, wide, product.Spread(made[3], product.Result, $"{name}UpBias")]);
    }
}
