using System.Runtime.InteropServices;
using MoECompiler.Graphs;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>The operands and results of one kernel call, in buffers with garbage in and around the results.</summary>
internal sealed class OpViews : IDisposable
{
    /// <summary>A NaN as a float, a wild number as an integer.</summary>
    private const int Garbage = 0x7FC0A5A5;

    /// <summary>Guards before and after each value; not a multiple of a vector, so that no kernel can count on alignment.</summary>
    private const int Guard = 3;

    private readonly (Buffer Buffer, int[] Shape)[] _operands;
    private readonly (Buffer Buffer, int[] Shape)[] _results;
    private readonly TestTensor[] _given;

    public OpViews(CpuDevice device, TestTensor[] operands, int[][] results)
    {
        _given = operands;
        _operands = [.. operands.Select(o => (New(device, o.Shape), o.Shape))];
        _results = [.. results.Select(shape => (New(device, shape), shape))];
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].IsFloat)
                operands[i].Floats.CopyTo(In(i).Span);
            else
                operands[i].Integers.CopyTo(Indices(i).Span);
        }
    }

    public View<float> In(int operand) => ViewOf<float>(_operands[operand]);

    public View<int> Indices(int operand) => ViewOf<int>(_operands[operand]);

    public View<float> Out(int result = 0) => ViewOf<float>(_results[result]);

    public View<int> OutIndices(int result = 0) => ViewOf<int>(_results[result]);

    /// <summary>The bits of a result.</summary>
    public int[] Bits(int result) => OutIndices(result).Span.ToArray();

    public double[] Values(int result, DType type) => type == DType.F32
        ? [.. Out(result).Span.ToArray().Select(static f => (double)f)]
        : [.. OutIndices(result).Span.ToArray().Select(static i => (double)i)];

    /// <summary>Fails if the kernel wrote an operand, or beside a result.</summary>
    public void AssertNothingElseWritten()
    {
        for (int i = 0; i < _given.Length; i++)
            Assert.Equal(Bits(_given[i]), Indices(i).Span.ToArray());
        foreach ((Buffer buffer, int[] shape) in _operands.Concat(_results))
        {
            Span<int> all = WholeOf(buffer);
            int count = RowMajor.Count(shape);
            Assert.Equal(Enumerable.Repeat(Garbage, Guard), all[..Guard].ToArray());
            Assert.Equal(Enumerable.Repeat(Garbage, Guard), all[(Guard + count)..].ToArray());
        }
    }

    public void Dispose()
    {
        foreach ((Buffer buffer, _) in _operands.Concat(_results))
            buffer.Dispose();
    }

    private static int[] Bits(TestTensor tensor) =>
        tensor.IsFloat ? MemoryMarshal.Cast<float, int>(tensor.Floats).ToArray() : tensor.Integers;

    private static Buffer New(CpuDevice device, int[] shape)
    {
        Buffer buffer = device.Allocate((RowMajor.Count(shape) + 2 * Guard) * sizeof(int));
        WholeOf(buffer).Fill(Garbage);
        return buffer;
    }

    private static Span<int> WholeOf(Buffer buffer) => buffer.View<int>(new Extents((int)(buffer.Bytes / sizeof(int)))).Span;

    private static View<T> ViewOf<T>((Buffer Buffer, int[] Shape) value) where T : unmanaged =>
        value.Buffer.View<T>(new Extents(value.Shape), Guard * sizeof(int));
}
