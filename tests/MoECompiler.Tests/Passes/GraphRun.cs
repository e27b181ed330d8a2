using MoECompiler.Graphs;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Passes;

/// <summary>Runs graphs by the definitions of their ops, on the same numbers for the same names: what a pass may not change.</summary>
internal static class GraphRun
{
    /// <summary>The sizes that the graphs of these tests are over: small, unequal, none 1.</summary>
    public static long Size(string name) => name switch { "B" => 3, "N" => 4, "K" => 2, "E" => 5, "L" => 3, "H" => 6, _ => throw new ArgumentException($"`{name}` is not bound.") };

    public static ReferenceContext Context { get; } = new(Size, new RandomState(Seed: 5, Step: 2));

    /// <summary>A number for each element of what comes from outside: floats around 0, integers that index anything of extent 2.</summary>
    public static Dictionary<string, ReferenceTensor> Values(Graph graph)
    {
        Dictionary<string, ReferenceTensor> values = new(StringComparer.Ordinal);
        foreach (Value value in graph.Given)
        {
            Random random = new(value.Name.Aggregate(17, static (hash, letter) => unchecked(31 * hash + letter)));
            ReferenceTensor tensor = ReferenceTensor.New([.. value.Type.Shape.Select(Context.Evaluate)]);
            for (int i = 0; i < tensor.Count; i++)
                tensor.Data[i] = value.Type.Type == DType.I32 ? random.Next(2) : random.NextDouble() * 2 - 1;
            values.Add(value.Name, tensor with { Data = Rounding.To(value.Type.Type, tensor.Data) });
        }
        return values;
    }

    public static IReadOnlyDictionary<string, ReferenceTensor> Run(Graph graph) => ReferenceRunner.Run(graph, Values(graph), Context);

    /// <summary>
    /// Fails unless both graphs are well formed and give the same outputs: within <paramref name="tolerance"/> * (1 + |expected|), or, for 0,
    /// equal numbers (0 equals -0, NaN equals NaN). Outputs that only <paramref name="after"/> has are left out.
    /// </summary>
    public static void Same(Graph before, Graph after, double tolerance = 0)
    {
        GraphChecker.Check(before);
        GraphChecker.Check(after);
        IReadOnlyDictionary<string, ReferenceTensor> expected = Run(before);
        IReadOnlyDictionary<string, ReferenceTensor> actual = Run(after);
        foreach ((string name, ReferenceTensor tensor) in expected)
        {
            Assert.Equal(tensor.Shape, actual[name].Shape);
            for (int i = 0; i < tensor.Count; i++)
            {
                (double e, double a) = (tensor.Data[i], actual[name].Data[i]);
                bool isSame = e == a || (double.IsNaN(e) && double.IsNaN(a)) || Math.Abs(e - a) <= tolerance * (1 + Math.Abs(e));
                Assert.True(isSame, $"{name}[{i}] is {e:R} before and {a:R} after.\n{before}\n{after}");
            }
        }
    }

    /// <summary>The step of the differences: that of a smooth loss is off by its fourth power, and by 1e-11 of the loss, which is rounded.</summary>
    private const double Step = 2e-5;

    /// <summary>Of 1 + |difference|. The rules hold their constants as floats, which is 6e-8 of them, and gradients here are sums of many.</summary>
    private const double Tolerance = 2e-6;

    /// <summary>
    /// Fails unless the graph with gradients gives, for each parameter that is not frozen, the differences of the loss L: with D(h) =
    /// (L(x + h) - L(x - h)) / 2h, (4 D(h) - D(2h)) / 3. A parameter without a gradient must have differences of 0.
    /// </summary>
    /// <param name="graph">The graph with a loss.</param>
    /// <param name="training">The graph with the gradients too.</param>
    /// <param name="elements">At most how many elements of each parameter to look at, spread over it.</param>
    public static void HasGradients(Graph graph, Graph training, int elements = 5)
    {
        GraphChecker.Check(training);
        Dictionary<string, ReferenceTensor> values = Values(graph);
        IReadOnlyDictionary<string, ReferenceTensor> gradients = ReferenceRunner.Run(training, values, Context);
        string loss = graph.Outputs.First(static o => o.Kind == OutputKind.Loss).Name;
        foreach (GraphParameter parameter in graph.Parameters.Where(static p => !p.IsFrozen))
        {
            double[] x = values[parameter.Value.Name].Data;
            for (int k = 0; k < x.Length; k += Math.Max(1, x.Length / elements))
            {
                double given = x[k];
                double difference = (4 * Difference(Step) - Difference(2 * Step)) / 3;
                x[k] = given;
                double gradient = gradients.TryGetValue(parameter.Value.Name, out ReferenceTensor? tensor) ? tensor.Data[k] : 0;
                Assert.True(
                    Math.Abs(gradient - difference) <= Tolerance * (1 + Math.Abs(difference)),
                    $"d loss / d {parameter.Value.Name}[{k}] is {gradient:R}, by differences {difference:R}.\n{graph}");

                double Difference(double step) => (Loss(given + step) - Loss(given - step)) / (2 * step);

                double Loss(double element)
                {
                    x[k] = element;
                    return ReferenceRunner.Run(graph, values, Context)[loss].Data[0];
                }
            }
        }
    }
}
