using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Reference;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>What all tests of kernels do: a kernel on <see cref="TestDevice"/> against the op's definition.</summary>
public abstract class GpuOpTest
{
    /// <summary>How many random shapes a property is tried on.</summary>
    private protected static int Cases => TestDevice.IsSimulated ? 4 : 40;

    /// <summary>Extents with a liking for 0 and 1, and for what is no multiple of a group.</summary>
    private protected static Gen<int> Extent => Gen.Frequency((1, Gen.Const(0)), (2, Gen.Const(1)), (12, Gen.Int[2, TestDevice.IsSimulated ? 9 : 300]));

    internal delegate void Kernel(GpuDevice gpu, GpuOpViews views);

    /// <summary>Calls a test with the extents of random matrices and a seed for their elements.</summary>
    private protected static void ForMatrices(Action<int, int, int> test) =>
        Gen.Select(Extent, Extent, Gen.Int).Sample(test, iter: Cases, threads: 1);

    /// <summary>Calls a test with random routings, which drop pairs, and a number of columns.</summary>
    private protected static void ForRoutings(Action<Source, TestRouting, int> test)
    {
        Gen.Select(Extent, Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[0, 20], Extent, Gen.Int).Sample(
            (tokens, experts, anySlots, capacity, columns, seed) => Try(tokens, experts, Math.Min(anySlots, experts), capacity, columns, seed), iter: Cases, threads: 1);
        Try(5, 3, 2, 20, 12, 2);
        if (!TestDevice.IsSimulated)
            Try(400, 8, 2, 100, 130, 1);

        void Try(int tokens, int experts, int slots, int capacity, int columns, int seed)
        {
            Source source = new(seed);
            IReadOnlyDictionary<string, ReferenceTensor> values = Define(new Dispatch(experts, capacity), [source.Slots(tokens, slots, experts)]).Values;
            test(source, new TestRouting(tokens, slots, experts, Integers(values["y0"]), Integers(values["y1"]), Integers(values["y2"])), columns);
        }
    }

    /// <summary>
    /// Runs the kernel twice and fails unless: each element is within <paramref name="tolerance"/> * (1 + |expected|) of the op's
    /// definition (NaN for NaN, infinity for infinity); the bits are the same both times; nothing is written but the results; and the
    /// second call allocates no managed byte. A processor runs the kernels of large GPUs, too.
    /// </summary>
    private protected static void Matches(
        Op op, TestTensor[] operands, Kernel kernel, double tolerance, RandomState random = default, GpuDevice? device = null)
    {
        (Node node, IReadOnlyDictionary<string, ReferenceTensor> expected) = Define(op, operands, random);
        ReferenceTensor[] results = [.. node.Results.Select(r => expected[r.Name])];
        Matches(device ?? TestDevice.Instance, node, operands, results, kernel, tolerance);
        if (device is null && !TestDevice.IsSimulated && TestDevice.Instance.Traits.IsProcessor)
            Matches(TestDevice.Large, node, operands, results, kernel, tolerance);
    }

    private static void Matches(GpuDevice gpu, Node node, TestTensor[] operands, ReferenceTensor[] expected, Kernel kernel, double tolerance)
    {
        using GpuOpViews views = new(gpu, operands, [.. expected.Zip(node.Results, static (e, r) => (e.Shape, r.Type.Type))]);
        kernel(gpu, views);
        views.AssertNothingElseWritten();
        byte[][] bits = [.. expected.Select((_, i) => views.Bits(i))];
        for (int i = 0; i < expected.Length; i++)
            Close(expected[i], views.Values(i), tolerance, node.Results[i].Name);
        bool allocates = Allocates(gpu, views, kernel);
        for (int i = 0; i < bits.Length; i++)
            Assert.True(bits[i].AsSpan().SequenceEqual(views.Bits(i)), $"{node.Results[i].Name} is not the same twice");
        Assert.False(allocates, $"{node.Op.Name} allocates on the managed heap");
    }

    /// <summary>
    /// Whether each of three calls allocates: a collection meanwhile takes the rest of this thread's buffer, which counts as allocated. The
    /// simulated device does allocate.
    /// </summary>
    private static bool Allocates(GpuDevice gpu, GpuOpViews views, Kernel kernel)
    {
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            kernel(gpu, views);
            if (gpu.Traits.Kind == GpuKind.Simulated || GC.GetAllocatedBytesForCurrentThread() == before)
                return false;
        }
        return true;
    }

    /// <summary>The op's definition on these operands, and the node that asked for it.</summary>
    private protected static (Node Node, IReadOnlyDictionary<string, ReferenceTensor> Values) Define(Op op, TestTensor[] operands, RandomState random = default)
    {
        GraphBuilder builder = new();
        Value[] inputs = [.. operands.Select((o, i) => builder.Input($"x{i}", o.Type))];
        builder.AddNode(op, ["y0", "y1", "y2", "y3", "y4", "y5", "y6"], inputs);
        Graph graph = GraphChecker.Check(builder.Build("Test"));
        Dictionary<string, ReferenceTensor> given = inputs.Zip(operands).ToDictionary(static p => p.First.Name, static p => p.Second.ToReference());
        ReferenceContext context = new(static name => throw new InvalidOperationException($"`{name}` is not bound."), random);
        return (graph.Nodes[0], ReferenceRunner.RunAll(graph, given, context));
    }

    /// <summary>What a definition gave as indices, as an operand.</summary>
    private protected static TestTensor Integers(ReferenceTensor tensor) => TestTensor.I32(tensor.Shape, [.. tensor.Data.Select(static x => (int)x)]);

    /// <summary>An order by expert, of two slots a token, some without an expert; every other one has a capacity.</summary>
    private protected static (TestTensor Order, TestTensor Offsets, int Experts) Dispatched(Source source, int tokens, int seed)
    {
        int experts = 2 + (seed & 3);
        Dispatch op = (seed & 1) == 0 ? new Dispatch(experts) : new Dispatch(experts, Graphs.Size.Of(Math.Max(1, tokens / 2)));
        (Node node, var values) = Define(op, [source.Slots(tokens, 2, experts)]);
        return (Integers(values[node.Results[0].Name]), Integers(values[node.Results[1].Name]), experts);
    }

    private protected static TestTensor Matrix(Source source, bool isTransposed, int rows, int columns, int count = 0)
    {
        int[] shape = isTransposed ? [columns, rows] : [rows, columns];
        return source.Uniform(-0.5f, 0.5f, count == 0 ? shape : [count, .. shape]);
    }

    private static void Close(ReferenceTensor expected, double[] actual, double tolerance, string name)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            (double e, double a) = (expected.Data[i], actual[i]);
            bool isClose = double.IsFinite(e) ? Math.Abs(a - e) <= tolerance * (1 + Math.Abs(e)) : a.Equals(e);
            Assert.True(isClose, $"{name}[{i}] of [{string.Join(", ", expected.Shape)}] is {a:R}, not {e:R}");
        }
    }
}
