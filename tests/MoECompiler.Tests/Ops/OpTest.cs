using System.Collections.Concurrent;
using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>Says which ops a class of tests is about: <see cref="OpCoverageTests"/> looks for an op that no class names.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TestsAttribute(params Type[] ops) : Attribute
{
    public Type[] Ops { get; } = ops;
}

/// <summary>What all tests of ops do: a kernel against the definition, and a gradient rule against differences.</summary>
public abstract class OpTest
{
    /// <summary>Devices with 1, 2 and 3 threads; a test takes a set for itself, as a team works for one caller at a time.</summary>
    private static readonly ConcurrentBag<CpuDevice[]> s_devices = [];

    /// <summary>How many random shapes a property is tried on.</summary>
    private protected const int Cases = 60;

    /// <summary>Extents with a liking for 0 and 1, and for what is no multiple of a vector.</summary>
    private protected static readonly Gen<int> Extent = Gen.Frequency((1, Gen.Const(0)), (2, Gen.Const(1)), (12, Gen.Int[2, 70]));

    internal delegate void Kernel(CpuDevice cpu, OpViews views);

    /// <summary>Calls a test with the extents of random matrices and a seed for their elements, then with some that several threads share.</summary>
    private protected static void ForMatrices(Action<int, int, int> test)
    {
        Gen.Select(Extent, Extent, Gen.Int).Sample(test, iter: Cases);
        test(700, 129, 1);
        test(67, 1_025, 2);
        test(50_001, 1, 3);
    }

    /// <summary>
    /// Runs the kernel with 1, 2 and 3 threads and fails unless: each element is within <paramref name="tolerance"/> * (1 + |expected|)
    /// of the op's definition (NaN for NaN, infinity for infinity); the bits are the same for each number of threads; nothing is
    /// written but the results; and the second call allocates no managed byte.
    /// </summary>
    private protected static void Matches(Op op, TestTensor[] operands, Kernel kernel, double tolerance, RandomState random = default)
    {
        (Node node, IReadOnlyDictionary<string, ReferenceTensor> expected) = Define(op, operands, random);
        (int[] Shape, DType Type)[] results = [.. node.Results.Select(r => (expected[r.Name].Shape, r.Type.Type))];
        CpuDevice[] devices = s_devices.TryTake(out CpuDevice[]? free) ? free : [new CpuDevice(1), new CpuDevice(2), new CpuDevice(3)];
        byte[][]? bits = null;
        foreach (CpuDevice device in devices)
        {
            using OpViews views = new(device, operands, results);
            kernel(device, views);
            views.AssertNothingElseWritten();
            for (int i = 0; i < node.Results.Count; i++)
                Close(expected[node.Results[i].Name], views.Values(i), tolerance, node.Results[i].Name);
            bits ??= [.. results.Select((_, i) => views.Bits(i))];
            for (int i = 0; i < bits.Length; i++)
                Assert.True(bits[i].AsSpan().SequenceEqual(views.Bits(i)), $"{node.Results[i].Name} depends on the number of threads");
            Assert.True(CallsWithoutAllocation(device, views, kernel), $"{op.Name} allocates on the managed heap");
        }
        s_devices.Add(devices);
    }

    /// <summary>Three tries: a collection that another test causes takes the rest of this thread's buffer, which counts as allocated.</summary>
    private static bool CallsWithoutAllocation(CpuDevice device, OpViews views, Kernel kernel)
    {
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            kernel(device, views);
            if (GC.GetAllocatedBytesForCurrentThread() == before)
                return true;
        }
        return false;
    }

    /// <summary>The op's definition on these operands, and the node that asked for it.</summary>
    private protected static (Node Node, IReadOnlyDictionary<string, ReferenceTensor> Values) Define(Op op, TestTensor[] operands, RandomState random = default)
    {
        GraphBuilder builder = new();
        Value[] inputs = [.. operands.Select((o, i) => builder.Input($"x{i}", o.Type))];
        string[] names = ["y0", "y1", "y2", "y3", "y4", "y5", "y6"];
        builder.AddNode(op, names, inputs);
        Graph graph = GraphChecker.Check(builder.Build("Test"));
        Dictionary<string, ReferenceTensor> given = inputs.Zip(operands).ToDictionary(static p => p.First.Name, static p => p.Second.ToReference());
        return (graph.Nodes[0], ReferenceRunner.RunAll(graph, given, NoSizes(random)));
    }

    /// <summary>What a definition gave as indices, as an operand.</summary>
    private protected static TestTensor Integers(ReferenceTensor tensor) => TestTensor.I32(tensor.Shape, [.. tensor.Data.Select(static x => (int)x)]);

    private protected static ReferenceContext NoSizes(RandomState random) =>
        new(static name => throw new InvalidOperationException($"`{name}` is not bound."), random);

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
