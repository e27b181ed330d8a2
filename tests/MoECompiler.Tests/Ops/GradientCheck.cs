using MoECompiler.Graphs;
using MoECompiler.Passes;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>Compares gradient rules with central differences, both by the definitions in double precision.</summary>
internal static class GradientCheck
{
    /// <summary>The step of the differences: their error is then some 1e-10, of the step squared and of the rounding alike.</summary>
    private const double Step = 1e-5;

    /// <summary>Of 1 + |difference|. The rules hold their constants as floats, which is 6e-8 of them.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>
    /// Fails unless for L = the sum of each float result times random weights, and for each float operand, the rule's dL/dx is the
    /// difference (L(x + h) - L(x - h)) / 2h. A rule that gives no gradient must have differences of 0.
    /// </summary>
    public static void Check(Op op, params TestTensor[] operands) => Check(op, operands, NoSizes);

    /// <inheritdoc cref="Check(Op, TestTensor[])"/>
    public static void Check(Op op, TestTensor[] operands, ReferenceContext context, TensorType[]? types = null)
    {
        GraphBuilder builder = new();
        Value[] inputs = [.. operands.Select((o, i) => builder.Input($"x{i}", types?[i] ?? o.Type))];
        EquatableArray<Value> results = builder.AddNode(op, ["y0", "y1", "y2"], inputs);
        Node node = builder.Nodes[0];
        Value?[] upstream = [.. results.Select((r, i) => r.Type.Type == DType.F32 ? builder.Input($"up{i}", r.Type) : null)];
        EquatableArray<Value?> rules = op.Gradient(builder, node, upstream.ToEquatable());
        Graph graph = GraphChecker.Check(builder.Build("Gradient"));

        Dictionary<string, ReferenceTensor> values = inputs.Zip(operands).ToDictionary(static p => p.First.Name, static p => p.Second.ToReference());
        Source source = new(7);
        foreach (Value? weight in upstream)
        {
            if (weight is not null)
                values.Add(weight.Name, source.Normal([.. weight.Type.Shape.Select(context.Evaluate)]).ToReference());
        }
        IReadOnlyDictionary<string, ReferenceTensor> all = ReferenceRunner.RunAll(graph, values, context);
        Graph forward = graph with { Nodes = [node] };
        Assert.Equal(operands.Length, rules.Count);
        for (int i = 0; i < operands.Length; i++)
        {
            if (!operands[i].IsFloat)
            {
                Assert.Null(rules[i]);
                continue;
            }
            if (rules[i] is { } rule)
                Assert.Equal(inputs[i].Type, rule.Type);
            double[]? gradient = rules[i] is { } value ? all[value.Name].Data : null;
            AssertDifferences(values[inputs[i].Name].Data, gradient, Loss, $"{GraphPrinter.Print(node)}: dL/d{inputs[i].Name}");
        }

        double Loss()
        {
            IReadOnlyDictionary<string, ReferenceTensor> run = ReferenceRunner.RunAll(forward, values, context);
            return upstream.Select((weight, i) => weight is null ? 0 : run[weight.Name].Data.Zip(run[results[i].Name].Data, static (a, b) => a * b).Sum()).Sum();
        }
    }

    /// <summary>Fails unless the gradients that <see cref="Differentiate"/> appends are the differences of the graph's loss, parameter by parameter.</summary>
    public static void CheckLoss(Graph graph, Dictionary<string, ReferenceTensor> values, ReferenceContext context)
    {
        Graph trained = GraphChecker.Check(Differentiate.Run(graph, "Train"));
        IReadOnlyDictionary<string, ReferenceTensor> outputs = ReferenceRunner.Run(trained, values, context);
        string loss = graph.Outputs.Single(static o => o.Kind == OutputKind.Loss).Name;
        foreach (GraphParameter parameter in graph.Parameters)
        {
            string name = parameter.Value.Name;
            AssertDifferences(values[name].Data, outputs[name].Data, () => ReferenceRunner.Run(graph, values, context)[loss].Data[0], $"{graph.Name}: dL/d{name}");
        }
    }

    private static void AssertDifferences(double[] x, double[]? gradient, Func<double> loss, string name)
    {
        for (int i = 0; i < x.Length; i++)
        {
            double given = x[i];
            x[i] = given + Step;
            double above = loss();
            x[i] = given - Step;
            double below = loss();
            x[i] = given;
            double difference = (above - below) / (2 * Step);
            double rule = gradient?[i] ?? 0;
            Assert.True(
                Math.Abs(rule - difference) <= Tolerance * (1 + Math.Abs(difference)),
                $"{name}[{i}] is {rule:R} by the rule and {difference:R} by differences");
        }
    }

    internal static ReferenceContext NoSizes => new(static name => throw new InvalidOperationException($"`{name}` is not bound."), default);
}
