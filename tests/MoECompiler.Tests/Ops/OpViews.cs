using System.Runtime.InteropServices;
using MoECompiler.Graphs;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>The operands and results of one kernel call, in buffers with garbage in and around the results.</summary>
internal sealed unsafe class OpViews : IDisposable
{
    /// <summary>A NaN as a float, a wild number as an integer.</summary>
    private const int Garbage = 0x7FC0A5A5;

    /// <summary>Guards before and after each value; not a multiple of a vector, so that no kernel can count on alignment.</summary>
    private const int Guard = 3 * sizeof(int);

    private readonly Given[] _operands;
    private readonly Given[] _results;
    private readonly TestTensor[] _given;

    /// <summary>A value in a buffer of its own.</summary>
    private readonly record struct Given(Buffer Buffer, int[] Shape, DType Type)
    {
        public int Bytes => RowMajor.Count(Shape) * Type.Bytes();
    }

    public OpViews(CpuDevice device, TestTensor[] operands, (int[] Shape, DType Type)[] results)
    {
        _given = operands;
        _operands = [.. operands.Select(o => New(device, o.Shape, o.Type.Type))];
        _results = [.. results.Select(r => New(device, r.Shape, r.Type))];
        for (int i = 0; i < operands.Length; i++)
            BytesOf(operands[i]).CopyTo(ValueOf(_operands[i]));
    }

    public View<float> In(int operand) => In<float>(operand);

    public View<int> Indices(int operand) => In<int>(operand);

    public View<T> In<T>(int operand) where T : unmanaged => ViewOf<T>(_operands[operand]);

    public View<float> Out(int result = 0) => Out<float>(result);

    public View<int> OutIndices(int result = 0) => Out<int>(result);

    public View<T> Out<T>(int result = 0) where T : unmanaged => ViewOf<T>(_results[result]);

    /// <summary>The bits of a result.</summary>
    public byte[] Bits(int result) => ValueOf(_results[result]).ToArray();

    public double[] Values(int result) => _results[result].Type switch
    {
        DType.F32 => [.. Out(result).Span.ToArray().Select(static f => (double)f)],
        DType.F16 => [.. Out<Half>(result).Span.ToArray().Select(static f => (double)f)],
        DType.BF16 => [.. Out<BFloat16>(result).Span.ToArray().Select(static f => (double)(float)f)],
        _ => [.. OutIndices(result).Span.ToArray().Select(static i => (double)i)],
    };

    /// <summary>Fails if the kernel wrote an operand, or beside a result.</summary>
    public void AssertNothingElseWritten()
    {
        for (int i = 0; i < _given.Length; i++)
            Assert.Equal(BytesOf(_given[i]), ValueOf(_operands[i]).ToArray());
        byte[] guard = [.. Enumerable.Repeat(Garbage, Guard / sizeof(int)).SelectMany(BitConverter.GetBytes)];
        foreach (Given value in _operands.Concat(_results))
        {
            Span<byte> all = WholeOf(value.Buffer);
            Assert.Equal(guard, all[..Guard].ToArray());
            Assert.Equal(guard[(value.Bytes % sizeof(int))..], all[(Guard + value.Bytes)..][..(Guard - value.Bytes % sizeof(int))].ToArray());
        }
    }

    public void Dispose()
    {
        foreach (Given value in _operands.Concat(_results))
            value.Buffer.Dispose();
    }

    private static byte[] BytesOf(TestTensor tensor) => tensor.Type.Type switch
    {
        DType.F32 => MemoryMarshal.AsBytes<float>(tensor.Floats).ToArray(),
        DType.F16 => MemoryMarshal.AsBytes<Half>([.. tensor.Floats.Select(static f => (Half)f)]).ToArray(),
        DType.BF16 => MemoryMarshal.AsBytes<BFloat16>([.. tensor.Floats.Select(static f => (BFloat16)f)]).ToArray(),
        _ => MemoryMarshal.AsBytes<int>(tensor.Integers).ToArray(),
    };

    private static Given New(CpuDevice device, int[] shape, DType type)
    {
        Given value = new(null!, shape, type);
        Buffer buffer = device.Allocate((value.Bytes + sizeof(int) - 1) / sizeof(int) * sizeof(int) + 2 * Guard);
        MemoryMarshal.Cast<byte, int>(WholeOf(buffer)).Fill(Garbage);
        return value with { Buffer = buffer };
    }

    private static Span<byte> WholeOf(Buffer buffer) => buffer.View<byte>(new Extents((int)buffer.Bytes)).Span;

    private static Span<byte> ValueOf(Given value) => WholeOf(value.Buffer).Slice(Guard, value.Bytes);

    private static View<T> ViewOf<T>(Given value) where T : unmanaged
        => value.Type == TestTensor.Of<T>() ? value.Buffer.View<T>(new Extents(value.Shape), Guard) : throw new ArgumentException($"It is {value.Type}.");
}
