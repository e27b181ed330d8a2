using System.Runtime.CompilerServices;
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

    /// <summary>Bytes before and after each value: a cache line, as slots of an arena begin on one.</summary>
    private const int Guard = 64;

    private readonly Given[] _operands;
    private readonly Given[] _results;
    private readonly TestTensor[] _given;

    /// <summary>A value in a buffer of its own.</summary>
    private readonly record struct Given(Buffer Buffer, int[] Shape, DType Type)
    {
        public int Bytes => RowMajor.Count(Shape) * Type.Bytes();
    }

    public GpuOpViews(GpuDevice device, TestTensor[] operands, (int[] Shape, DType Type)[] results)
    {
        _given = operands;
        _operands = [.. operands.Select(o => New(device, o.Shape, o.Type.Type))];
        _results = [.. results.Select(r => New(device, r.Shape, r.Type))];
        for (int i = 0; i < operands.Length; i++)
            ValueOf(_operands[i]).CopyFrom(BytesOf(operands[i]));
    }

    /// <summary>Views of results whose elements have 32 bits each.</summary>
    public GpuOpViews(GpuDevice device, TestTensor[] operands, int[][] results) : this(device, operands, [.. results.Select(static r => (r, DType.F32))])
    {
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
        DType.F32 => [.. Out(result).ToArray().Select(static f => (double)f)],
        DType.F16 => [.. Out<Half>(result).ToArray().Select(static f => (double)f)],
        DType.BF16 => [.. Out<BFloat16>(result).ToArray().Select(static f => (double)(float)f)],
        _ => [.. OutIndices(result).ToArray().Select(static i => (double)i)],
    };

    /// <summary>Fails if the kernel wrote an operand, or beside a result.</summary>
    public void AssertNothingElseWritten()
    {
        for (int i = 0; i < _given.Length; i++)
            Assert.Equal(BytesOf(_given[i]), ValueOf(_operands[i]).ToArray());
        byte[] guard = [.. Enumerable.Repeat(Garbage, Guard / sizeof(int)).SelectMany(BitConverter.GetBytes)];
        foreach (Given value in _operands.Concat(_results))
        {
            byte[] all = WholeOf(value.Buffer).ToArray();
            Assert.Equal(guard, all[..Guard]);
            int rest = value.Bytes % sizeof(int);
            Assert.Equal(guard[rest..], all[(Guard + value.Bytes)..][..(Guard - rest)]);
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

    private static Given New(GpuDevice device, int[] shape, DType type)
    {
        Given value = new(null!, shape, type);
        Buffer buffer = device.Allocate((value.Bytes + sizeof(int) - 1) / sizeof(int) * sizeof(int) + 2 * Guard);
        int[] garbage = new int[buffer.Bytes / sizeof(int)];
        Array.Fill(garbage, Garbage);
        buffer.View<int>(new Extents(garbage.Length)).CopyFrom(garbage);
        return value with { Buffer = buffer };
    }

    private static View<byte> WholeOf(Buffer buffer) => buffer.View<byte>(new Extents((int)buffer.Bytes));

    private static View<byte> ValueOf(Given value) => value.Buffer.View<byte>(new Extents(value.Bytes), Guard);

    private static View<T> ViewOf<T>(Given value) where T : unmanaged => Unsafe.SizeOf<T>() == value.Type.Bytes()
        ? value.Buffer.View<T>(new Extents(value.Shape), Guard)
        : throw new ArgumentException($"The elements are {value.Type}.");
}
