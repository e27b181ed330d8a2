using MoECompiler.Checkpoints;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>Losses and their gradients against PyTorch's autograd, and against central differences; see <c>Training/Vectors/losses.py</c>.</summary>
public class LossVectorTests
{
    /// <summary>The vectors are rounded to 32 bits, and formulas hold their constants as floats.</summary>
    private const double Tolerance = 5e-7;

    private static readonly Dictionary<string, Func<GraphBuilder, Value[], Value>> s_losses = new()
    {
        ["focal-2"] = static (g, x) => g.FocalLoss(x[0], x[1], gamma: 2, alpha: 0.25f),
        ["focal-1.5"] = static (g, x) => g.FocalLoss(x[0], x[1], gamma: 1.5f, alpha: 1),
        ["weighted"] = static (g, x) => g.Multiply(g.Add(new CrossEntropy(0.1f), "entropy", x[0], x[1]), x[2], "weighted"),
        ["log-probability"] = static (g, x) => g.Scale(g.Add(new CrossEntropy(), "entropy", x[0], x[1]), -1f, "logProbability"),
        ["preference"] = static (g, x) => g.DirectPreferenceLoss(x[0], x[1], x[2], x[3], beta: 0.1f, smoothing: 0),
        ["preference-smooth"] = static (g, x) => g.DirectPreferenceLoss(x[0], x[1], x[2], x[3], beta: 0.5f, smoothing: 0.2f),
        ["odds-ratio"] = static (g, x) => g.OddsRatioLoss(x[0], x[1]),
        ["policy"] = static (g, x) => g.PolicyLoss(x[0], x[1], x[2], clip: 0.2f),
        ["value"] = static (g, x) => g.ValueLoss(x[0], x[1], x[2], clip: 0.2f),
        ["entropy"] = static (g, x) => g.Entropy(x[0]),
        ["divergence"] = static (g, x) => g.KlDivergence(x[0], x[1]),
        ["estimate"] = static (g, x) => g.KlEstimate(x[0], x[1]),
    };

    public static TheoryData<string> Names => [.. s_losses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_AndItsGradients_AreThoseOfPyTorch(string name)
    {
        using Checkpoint file = Checkpoint.Open(Path.Combine(AppContext.BaseDirectory, "Training", "Vectors", "losses.safetensors"));
        GraphBuilder graph = new();
        Dictionary<string, ReferenceTensor> values = [];
        List<Value> operands = [];
        for (int i = 0; file.Find($"{name}.x{i}") is { } tensor; i++)
        {
            Size[] shape = [.. tensor.Shape.Select(static extent => (Size)(int)extent)];
            values[$"x{i}"] = Read(file, $"{name}.x{i}");
            operands.Add(file.Find($"{name}.d{i}") is null
                ? graph.Input($"x{i}", new TensorType(DType.I32, shape.ToEquatable()))
                : graph.Parameter(new GraphParameter(new Value($"x{i}", TensorType.F32(shape)), new Initializer.Constant(0), "", IsFrozen: false)));
        }
        Value loss = s_losses[name](graph, [.. operands]);
        values["w"] = Read(file, $"{name}.w");
        Value weighted = graph.Multiply(loss, graph.Input("w", loss.Type), "weightedLoss");
        graph.Output("loss", graph.Reduce(Reduction.Sum, weighted, [0], "sum"), OutputKind.Loss);
        graph.Output("y", loss, OutputKind.Result);
        Graph built = GraphChecker.Check(graph.Build("Loss"));

        IReadOnlyDictionary<string, ReferenceTensor> outputs =
            ReferenceRunner.Run(GraphChecker.Check(Differentiate.Run(built, "Train")), values, GradientCheck.NoSizes);
        Close(Read(file, $"{name}.y"), outputs["y"], "y");
        for (int i = 0; i < operands.Count; i++)
        {
            if (file.Find($"{name}.d{i}") is not null)
                Close(Read(file, $"{name}.d{i}"), outputs[$"x{i}"], $"d{i}");
        }
        GradientCheck.CheckLoss(built, values, GradientCheck.NoSizes);
    }

    private static void Close(ReferenceTensor expected, ReferenceTensor actual, string what)
    {
        double scale = expected.Data.Max(Math.Abs);
        for (int i = 0; i < expected.Data.Length; i++)
            Assert.True(Math.Abs(expected.Data[i] - actual.Data[i]) <= Tolerance * scale, $"{what}[{i}]: expected {expected.Data[i]}, found {actual.Data[i]}");
    }

    private static ReferenceTensor Read(Checkpoint file, string name)
    {
        TensorEntry tensor = file.Find(name)!;
        float[] elements = new float[tensor.Count];
        file.Read(name, elements);
        ReferenceTensor read = ReferenceTensor.New([.. tensor.Shape.Select(static extent => (int)extent)]);
        for (int i = 0; i < elements.Length; i++)
            read.Data[i] = elements[i];
        return read;
    }
}
