using System.Runtime.CompilerServices;
using ILGPU.IR.Intrinsics;

namespace MoECompiler;

/// <summary>
/// What the 32 threads of a warp do together to multiply matrices of 16-bit floats on tensor cores, of compute capability 8.0 and up. All
/// must come to each of these. A matrix of fragments is spread over the threads as PTX's <c>mma.m16n8k16</c> has it: see
/// <see cref="WarpExchange"/>, which does the same on the simulated device.
/// </summary>
public static class TensorCore
{
    /// <summary>The threads of a warp.</summary>
    public const int Warp = 32;

    /// <summary>
    /// Four matrices of 8 x 8 out of shared memory. Thread 8 m + r names row r of matrix m; word m of the result has of row thread / 4 the
    /// columns 2 (thread % 4) and the next.
    /// </summary>
    /// <param name="row">Eight elements, in shared memory.</param>
    [IntrinsicImplementation]
    public static UInt4 Load(ref UInt4 row) => WarpExchange.Current.Load(ref row);

    /// <summary>The same, each matrix turned: word m of the result has of column thread / 4 the rows 2 (thread % 4) and the next.</summary>
    /// <inheritdoc cref="Load"/>
    [IntrinsicImplementation]
    public static UInt4 LoadTurned(ref UInt4 row) => WarpExchange.Current.LoadTurned(ref row);

    /// <summary>
    /// left[16, 16] * right[16, 8] + sum[16, 8], of f16. A thread has of <paramref name="left"/> row thread / 4 and the eighth row after it,
    /// and then both again eight columns on; of right column thread / 4, and that eight rows on; of the sum, two columns of both rows.
    /// </summary>
    [IntrinsicImplementation]
    public static Float4 MultiplyF16(UInt4 left, uint right, uint rightNext, Float4 sum) => WarpExchange.Current.Multiply<F16>(left, right, rightNext, sum);

    /// <summary>The same of bf16.</summary>
    /// <inheritdoc cref="MultiplyF16"/>
    [IntrinsicImplementation]
    public static Float4 MultiplyBF16(UInt4 left, uint right, uint rightNext, Float4 sum) => WarpExchange.Current.Multiply<BF16>(left, right, rightNext, sum);

    /// <summary>Copies eight elements from global to shared memory while the thread goes on; done once <see cref="Wait"/> says so.</summary>
    /// <param name="to">In shared memory.</param>
    /// <param name="from">The first element, in global memory, on 16 bytes.</param>
    [IntrinsicImplementation]
    public static void Copy(ref UInt4 to, ref ushort from) => to = Unsafe.As<ushort, UInt4>(ref from);

    /// <summary>The copies that the thread began since the last call are one set: the next that <see cref="Wait"/> counts.</summary>
    [IntrinsicImplementation]
    public static void Commit()
    {
    }

    /// <summary>Waits until of the thread's sets of copies only the last ones are under way.</summary>
    /// <param name="sets">How many may be: a constant.</param>
    [IntrinsicImplementation]
    public static void Wait(int sets)
    {
    }

    /// <summary>Begins to copy elements <paramref name="start"/> to <paramref name="start"/> + 7 of a line to shared memory; 0 where the line has none.</summary>
    /// <param name="tile">In shared memory.</param>
    /// <param name="to">Where in it.</param>
    /// <param name="view">Where the line lies: on 16 bytes.</param>
    /// <param name="line">Its first element; a multiple of 8.</param>
    /// <param name="start">A multiple of 8.</param>
    /// <param name="count">The elements of the line, a multiple of 8; no memory is touched from there on.</param>
    public static void StageWide(ArrayView<UInt4> tile, int to, ArrayView<ushort> view, long line, int start, int count)
    {
        if (start < count)
            Copy(ref tile[to], ref view[line + start]);
        else
            tile[to] = default;
    }

    /// <summary>The same for lines that begin and end anywhere: the thread reads each element, and has stored them when it goes on.</summary>
    /// <inheritdoc cref="StageWide"/>
    public static void Stage(ArrayView<UInt4> tile, int to, ArrayView<ushort> view, long line, int start, int count)
    {
        long at = line + start;
        int left = count - start;
        tile[to] = new UInt4(Pair(view, at, left), Pair(view, at + 2, left - 2), Pair(view, at + 4, left - 4), Pair(view, at + 6, left - 6));
    }

    private static uint Pair(ArrayView<ushort> view, long at, int left) => (left > 0 ? view[at] : 0u) | (left > 1 ? (uint)view[at + 1] : 0u) << 16;

    /// <summary>
    /// Four neighbouring sums of one row, of the pairs of two that <see cref="MultiplyF16"/> leaves with two threads: of the upper row for the
    /// even thread, of the lower for the odd one; see <see cref="RowOf"/> and <see cref="ColumnOf"/>.
    /// </summary>
    public static Float4 Join(Float4 sum)
    {
        bool isOdd = (Group.IdxX & 1) != 0;
        float x = ILGPU.Warp.ShuffleXor(isOdd ? sum.X : sum.Z, 1), y = ILGPU.Warp.ShuffleXor(isOdd ? sum.Y : sum.W, 1);
        return isOdd ? new Float4(x, y, sum.Z, sum.W) : new Float4(sum.X, sum.Y, x, y);
    }

    /// <summary>The row, of 16, of what <see cref="Join"/> gives a thread.</summary>
    public static int RowOf(int lane) => (lane >> 2) + (lane & 1) * 8;

    /// <summary>The first column, of 8, of what <see cref="Join"/> gives a thread.</summary>
    public static int ColumnOf(int lane) => (lane & 2) * 2;
}
