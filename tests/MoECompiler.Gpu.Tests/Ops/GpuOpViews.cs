using System.Runtime.InteropServices;
using MoECompiler.Graphs;
using MoECompiler.Reference;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>The operands and results of one kernel call, in device memory with garbage in and around the results.</summary>
internal sealed class GpuOpViews : IDisposable
{
    /// <summary>A NaN as a float, a wild number as an integer.</summary>
    private const int Garbage = 0x7FC0A5A5;

    /// <summary>Elements before and after each value: a cache line, as slots of an arena begin on one.</summary>
    private const int Guard = 16;

    private readonly (Buffer Buffer, int[] Shape)[] _operands;
    private readonly (Buffer Buffer, int[] Shape)[] _results;
    private readonly TestTensor[] _given;

    public GpuOpViews(GpuDevice device, TestTensor[] operands, int[][] results)
    {
        _given = operands;
        _operands = [.. operands.Select(o => (New(device, o.Shape), o.Shape))];
        _results = [.. results.Select(shape => (New(device, shape), shape))];
        for (int i = 0; i < operands.Length; i++)
            Indices(i).CopyFrom(Bits(operands[i]));
    }

    public View<float> In(int operand) => ViewOf<float>(_operands[operand]);

    public View<int> Indices(int operand) => ViewOf<int>(_operands[operand]);

    public View<float> Out(int result = 0) => ViewOf<float>(_results[result]);

    public View<int> OutIndices(int result = 0) => ViewOf<int>(_results[result]);

    /// <summary>The bits of a result.</summary>
    public int[] Bits(int result) => OutIndices(result).ToArray();

    public double[] Values(int result, DType type) => type == DType.F32
        ? [.. Out(result).ToArray().Select(static f => (double)f)]
        : [.. OutIndices(result).ToArray().Select(static i => (double)i)];

    /// <summary>Fails if the kernel wrote an operand, or beside a result.</summary>
    public void AssertNothingElseWritten()
    {
        for (int i = 0; i < _given.Length; i++)
            Assert.Equal(Bits(_given[i]), Indices(i).ToArray());
        foreach ((Buffer buffer, int[] shape) in _operands.Concat(_results))
        {
            int[] all = Whole(buffer).ToArray();
            int count = RowMajor.Count(shape);
            Assert.All(all[..Guard], static guard => Assert.Equal(Garbage, guard));
            Assert.All(all[(Guard + count)..], static guard => Assert.Equal(Garbage, guard));
        }
    }

    public void Dispose()
    {
        foreach ((Buffer buffer, _) in _operands.Concat(_results))
            buffer.Dispose();
    }

    private static int[] Bits(TestTensor tensor) =>
        tensor.IsFloat ? MemoryMarshal.Cast<float, int>(tensor.Floats).ToArray() : tensor.Integers;

    private static Buffer New(GpuDevice device, int[] shape)
    {
        Buffer buffer = device.Allocate((RowMajor.Count(shape) + 2 * Guard) * sizeof(int));
        int[] garbage = new int[buffer.Bytes / sizeof(int)];
        Array.Fill(garbage, Garbage);
        Whole(buffer).CopyFrom(garbage);
        return buffer;
    }

    private static View<int> Whole(Buffer buffer) => buffer.View<int>(new Extents((int)(buffer.Bytes / sizeof(int))));

    private static View<T> ViewOf<T>((Buffer Buffer, int[] Shape) value) where T : unmanaged =>
        value.Buffer.View<T>(new Extents(value.Shape), Guard * sizeof(int));
}
