using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;
using static MoECompiler.Ops.Scalar;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Tests.Ops;

/// <summary>A repeated layer has no kernel: its body is emitted. What is tested here is its definition, and that its gradient is right.</summary>
[Tests(typeof(Repeat))]
public class RepeatTests
{
    private static readonly Size s_layers = Size.Symbol("Depth");

    private static readonly ReferenceContext s_context = new(static name => name == "Depth" ? 3 : throw new ArgumentException(name), new RandomState(5, Step: 2));

    /// <summary>x = x + Dropout(tanh(x W + b)) * scale, three times, and each layer puts out the mean of its squares.</summary>
    private static Graph Model()
    {
        GraphBuilder body = new();
        Value x = body.Input("x", TensorType.F32(2, 4));
        Value w = body.Input("w", TensorType.F32(4, 4));
        Value b = body.Input("b", TensorType.F32(4));
        Value scale = body.Input("scale", TensorType.F32(4));
        Value inner = body.Elementwise(Tanh(In(0) + In(1)), [body.MatMul(x, w), b], "inner");
        Value kept = body.Add(new MoECompiler.Ops.Dropout(0.25f, Site: 0), "kept", inner);
        Value next = body.Elementwise(In(0) + In(1) * In(2), [x, kept, scale], "next");
        body.Output("x", next, OutputKind.Result);
        body.Output("mean", body.ReduceAll(Reduction.Mean, body.Apply(ScalarFunction.Square, next, "square"), "mean"), OutputKind.Result);

        GraphBuilder graph = new();
        Value start = Parameter("Start", TensorType.F32(2, 4));
        Value weights = Parameter("Weights", TensorType.F32(s_layers, 4, 4), s_layers);
        Value biases = Parameter("Biases", TensorType.F32(s_layers, 4), s_layers);
        Value scales = Parameter("Scale", TensorType.F32(4));
        EquatableArray<Value> results = graph.AddNode(new Repeat(body.Build("Layer"), s_layers, Carried: 1, Stacked: 2), ["end", "means"], [start, weights, biases, scales]);
        Value last = graph.ReduceAll(Reduction.Mean, graph.Apply(ScalarFunction.Exp, results[0], "exp"), "last");
        graph.Output("loss", graph.Add(last, graph.ReduceAll(Reduction.Sum, results[1], "sum"), "loss"), OutputKind.Loss);
        return GraphChecker.Check(graph.Build("Repeated"));

        Value Parameter(string name, TensorType type, Size? layers = null) =>
            graph.Parameter(new GraphParameter(new Value(name, type), new Initializer.Constant(0), name, IsFrozen: false, layers));
    }

    private static Dictionary<string, ReferenceTensor> Values()
    {
        Source source = new(12);
        return new()
        {
            ["Start"] = source.Normal(2, 4).ToReference(),
            ["Weights"] = source.Normal(3, 4, 4).ToReference(),
            ["Biases"] = source.Normal(3, 4).ToReference(),
            ["Scale"] = source.Normal(4).ToReference(),
        };
    }

    [Fact]
    public void Repeat_Parameters_HaveTheGradientOfTheirDifferences() => GradientCheck.CheckLoss(Model(), Values(), s_context);

    [Fact]
    public void Repeat_Layers_RunOneAfterTheOther()
    {
        Dictionary<string, ReferenceTensor> values = Values();
        IReadOnlyDictionary<string, ReferenceTensor> all = ReferenceRunner.RunAll(Model(), values, s_context);
        double[] x = values["Start"].Data;
        for (int layer = 0; layer < 3; layer++)
        {
            double[] next = new double[8];
            for (int i = 0; i < 8; i++)
            {
                double sum = values["Biases"].Data[layer * 4 + i % 4];
                for (int k = 0; k < 4; k++)
                    sum += x[i / 4 * 4 + k] * values["Weights"].Data[(layer * 4 + k) * 4 + i % 4];
                bool isDropped = Distributions.Uniform(Philox.Word(s_context.Random.At(layer), 0, i)) < 0.25f;
                next[i] = x[i] + (isDropped ? 0 : Math.Tanh(sum) / 0.75) * values["Scale"].Data[i % 4];
            }
            x = next;
            Assert.Equal(x.Average(static e => e * e), all["means"].Data[layer], 1e-12);
        }
        Assert.All(x.Zip(all["end"].Data), static pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }
}
