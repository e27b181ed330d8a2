using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Runtime;
using Xunit;
using Group = ILGPU.Group;

namespace MoECompiler.Gpu.Tests.Devices;

/// <summary>
/// What a warp does together, on tensor cores or where the simulated device stands for them: which thread has which element is written here
/// as in the tables of the PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type" and "ldmatrix".
/// </summary>
public class TensorCoreTests
{
    private const int Lanes = 32;

    private static GpuDevice Gpu => TestDevice.TensorCores;

    [Fact]
    public void Load_OfFourMatrices_GivesEachThreadItsTwoColumns() => AssertLoaded(
        LoadEach, static (lane, matrix, i) => 64 * matrix + 8 * (lane / 4) + 2 * (lane % 4) + i);

    [Fact]
    public void LoadTurned_OfFourMatrices_GivesEachThreadItsTwoRows() => AssertLoaded(
        LoadTurnedEach, static (lane, matrix, i) => 64 * matrix + 8 * (2 * (lane % 4) + i) + lane / 4);

    [Fact]
    public void Multiply_OfFragments_IsTheProductOfTheMatrices()
    {
        Random random = new(1);
        float[] left = Numbers(random, 16 * 16), right = Numbers(random, 16 * 8);
        AssertMultiplied(MultiplyF16Each, left, right, static x => BitConverter.HalfToUInt16Bits((System.Half)x));
        AssertMultiplied(MultiplyBF16Each, left, right, static x => ((BFloat16)x).ToBits());
    }

    [Fact]
    public void Join_OfSums_GivesEachThreadFourOfOneRow()
    {
        using Buffer buffer = Gpu.Allocate(16 * 8 * sizeof(float));
        View<float> y = buffer.View<float>(new Extents(16, 8));
        Gpu.Launch(JoinEach, OneWarp, Gpu.Array(y));
        Assert.Equal([.. Enumerable.Range(0, 16 * 8).Select(static i => (float)i)], y.ToArray());
    }

    /// <summary>In PTX, each product and each load of matrices is one instruction, as many as the warps' parts of the tile take; nothing is called or left in memory.</summary>
    [Fact]
    public void Ptx_OfTiles_HasWhatTheyTake()
    {
        using OfflineCompiler compiler = OfflineCompiler.Ptx(8, 0);
        MethodInfo[] kernels =
        [
            .. typeof(EmittedNarrowProducts).GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
                .Where(static m => Regex.IsMatch(m.Name, "^(Linear|MatMulOverRows)BF16TensorCore")),
        ];
        Assert.Equal(10, kernels.Length);
        foreach (MethodInfo kernel in kernels)
        {
            string ptx = compiler.Compile(kernel);
            (int products, int loads) = kernel.Name.Split("TensorCore")[1] switch
            {
                "128x128" => (32, 12),
                "64x64" => (16, 8),
                "32x64" => (8, 6),
                "32x32" => (4, 4),
                _ => (8, 8),
            };
            Assert.Equal(products, Regex.Count(ptx, @"mma\.sync\.aligned\.m16n8k16\.row\.col\.f32\.bf16\.bf16\.f32"));
            Assert.Equal(loads, Regex.Count(ptx, @"ldmatrix\.sync\.aligned\.m8n8\.x4\.(trans\.)?shared\.b16"));
            Assert.Equal(kernel.Name.StartsWith("Linear", StringComparison.Ordinal), !ptx.Contains(".trans", StringComparison.Ordinal));
            Assert.Contains("cp.async.cg.shared.global", ptx);
            Assert.DoesNotContain("\tcall", ptx);
            Assert.DoesNotContain(".local ", ptx);
        }
    }

    private static Work OneWarp => Work.PerElement(Lanes, Lanes);

    /// <summary>Element i of four matrices is i.</summary>
    private static void AssertLoaded(Action<ArrayView<UInt4>, ArrayView<UInt4>> kernel, Func<int, int, int, int> expected)
    {
        using Buffer from = Gpu.Allocate(Lanes * 16), to = Gpu.Allocate(Lanes * 16);
        View<ushort> given = from.View<ushort>(new Extents(Lanes * 8)), loaded = to.View<ushort>(new Extents(Lanes, 4, 2));
        given.CopyFrom([.. Enumerable.Range(0, Lanes * 8).Select(static i => (ushort)i)]);
        Gpu.Launch(kernel, OneWarp, Gpu.Array(given).Cast<UInt4>(), Gpu.Array(loaded).Cast<UInt4>());
        Assert.Equal(
            [.. from lane in Enumerable.Range(0, Lanes) from matrix in Enumerable.Range(0, 4) from i in Enumerable.Range(0, 2) select (ushort)expected(lane, matrix, i)],
            loaded.ToArray());
    }

    private static void AssertMultiplied(Action<ArrayView<ushort>, ArrayView<ushort>, ArrayView<float>> kernel, float[] left, float[] right, Func<float, ushort> bits)
    {
        using Buffer a = Gpu.Allocate(16 * 16 * 2), b = Gpu.Allocate(16 * 8 * 2), y = Gpu.Allocate(16 * 8 * sizeof(float));
        View<ushort> aView = a.View<ushort>(new Extents(16, 16)), bView = b.View<ushort>(new Extents(16, 8));
        View<float> yView = y.View<float>(new Extents(16, 8));
        aView.CopyFrom([.. left.Select(bits)]);
        bView.CopyFrom([.. right.Select(bits)]);
        Gpu.Launch(kernel, OneWarp, Gpu.Array(aView), Gpu.Array(bView), Gpu.Array(yView));
        float[] product = yView.ToArray();
        for (int i = 0; i < product.Length; i++)
            Assert.Equal(i + Enumerable.Range(0, 16).Sum(k => (double)left[i / 8 * 16 + k] * right[k * 8 + i % 8]), product[i], 1e-4);
    }

    /// <summary>Multiples of 1/64 below 2, which both types have exactly.</summary>
    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-127, 128) / 64f)];

    private static void LoadEach(ArrayView<UInt4> from, ArrayView<UInt4> to)
    {
        ArrayView<UInt4> shared = SharedMemory.Allocate<UInt4>(Lanes);
        shared[Group.IdxX] = from[Group.IdxX];
        Intrinsics.Barrier();
        to[Group.IdxX] = TensorCore.Load(ref shared[Group.IdxX]);
    }

    private static void LoadTurnedEach(ArrayView<UInt4> from, ArrayView<UInt4> to)
    {
        ArrayView<UInt4> shared = SharedMemory.Allocate<UInt4>(Lanes);
        shared[Group.IdxX] = from[Group.IdxX];
        Intrinsics.Barrier();
        to[Group.IdxX] = TensorCore.LoadTurned(ref shared[Group.IdxX]);
    }

    private static void MultiplyF16Each(ArrayView<ushort> a, ArrayView<ushort> b, ArrayView<float> y) =>
        Store(y, TensorCore.MultiplyF16(Left(a), Right(b, 0), Right(b, 2), Sum(y)));

    private static void MultiplyBF16Each(ArrayView<ushort> a, ArrayView<ushort> b, ArrayView<float> y) =>
        Store(y, TensorCore.MultiplyBF16(Left(a), Right(b, 0), Right(b, 2), Sum(y)));

    private static void JoinEach(ArrayView<float> y)
    {
        Float4 joined = TensorCore.Join(Sum(y));
        int lane = Group.IdxX;
        Float4.Put(y, TensorCore.RowOf(lane) * 8 + TensorCore.ColumnOf(lane), joined);
    }

    /// <summary>a0 to a7: row groupID for i below 2 and from 4 to 5, else groupID + 8; column threadID_in_group * 2 + (i and 1), and 8 more from i = 4 on.</summary>
    private static UInt4 Left(ArrayView<ushort> a) => new(Left(a, 0), Left(a, 2), Left(a, 4), Left(a, 6));

    private static uint Left(ArrayView<ushort> a, int i)
    {
        int row = (Group.IdxX >> 2) + (i == 2 || i == 6 ? 8 : 0), column = Group.IdxX % 4 * 2 + (i >= 4 ? 8 : 0);
        return a[row * 16 + column] | (uint)a[row * 16 + column + 1] << 16;
    }

    /// <summary>b0 to b3: row threadID_in_group * 2 + (i and 1), and 8 more from i = 2 on; column groupID.</summary>
    private static uint Right(ArrayView<ushort> b, int i)
    {
        int row = Group.IdxX % 4 * 2 + (i >= 2 ? 8 : 0), column = Group.IdxX >> 2;
        return b[row * 8 + column] | (uint)b[(row + 1) * 8 + column] << 16;
    }

    /// <summary>c0 to c3, each the number of its element: row groupID for i below 2, else groupID + 8; column threadID_in_group * 2 + (i and 1).</summary>
    private static Float4 Sum(ArrayView<float> y)
    {
        float first = (Group.IdxX >> 2) * 8 + Group.IdxX % 4 * 2;
        return new Float4(first, first + 1, first + 64, first + 65);
    }

    private static void Store(ArrayView<float> y, Float4 sum)
    {
        int first = (Group.IdxX >> 2) * 8 + Group.IdxX % 4 * 2;
        y[first] = sum.X;
        y[first + 1] = sum.Y;
        y[first + 64] = sum.Z;
        y[first + 65] = sum.W;
    }
}
