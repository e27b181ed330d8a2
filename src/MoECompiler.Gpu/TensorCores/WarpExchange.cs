using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>
/// What <see cref="TensorCore"/> means, for the simulated device: each thread lays open what it has, and takes what it needs of the others.
/// Which thread has which element is what the PTX ISA's sections on <c>ldmatrix</c> and <c>mma.m16n8k16</c> say.
/// </summary>
internal sealed class WarpExchange
{
    private static readonly ConcurrentDictionary<int, WarpExchange> s_all = new();
    private static int s_last;
    private static int s_conflicts;

    /// <summary>A thread of the simulator is of the same warp for good.</summary>
    [ThreadStatic]
    private static WarpExchange? t_current;

    /// <summary>What each thread has: one call after another uses either half, so that none overwrites what a slower thread still reads.</summary>
    private readonly UInt4[] _left = new UInt4[2 * TensorCore.Warp];
    private readonly (uint First, uint Next)[] _right = new (uint, uint)[2 * TensorCore.Warp];
    private readonly int[] _banks = new int[2 * TensorCore.Warp];
    private readonly int[] _calls = new int[TensorCore.Warp];

    private WarpExchange()
    {
    }

    /// <summary>How many rows of a matrix were loaded from banks of shared memory that another row of it lies in, too: each costs a GPU a turn.</summary>
    public static int Conflicts => s_conflicts;

    /// <summary>That of the thread's warp.</summary>
    public static WarpExchange Current => t_current ??= Find();

    private static int Lane => Warp.LaneIdx;

    /// <inheritdoc cref="TensorCore.Load"/>
    public UInt4 Load(ref UInt4 row)
    {
        int lane = Lane, half = OpenRow(ref row);
        return new UInt4(Word(0), Word(1), Word(2), Word(3));

        uint Word(int matrix) => WordOf(_left[half + 8 * matrix + lane / 4], lane % 4);
    }

    /// <inheritdoc cref="TensorCore.LoadTurned"/>
    public UInt4 LoadTurned(ref UInt4 row)
    {
        int lane = Lane, half = OpenRow(ref row);
        return new UInt4(Word(0), Word(1), Word(2), Word(3));

        uint Word(int matrix) => Element(matrix, lane % 4 * 2) | Element(matrix, lane % 4 * 2 + 1) << 16;

        uint Element(int matrix, int row) => WordOf(_left[half + 8 * matrix + row], lane / 8) >> lane / 4 % 2 * 16 & 0xFFFF;
    }

    /// <inheritdoc cref="TensorCore.MultiplyF16"/>
    public Float4 Multiply<T>(UInt4 left, uint right, uint rightNext, Float4 sum) where T : struct, INarrowFloat
    {
        int lane = Lane, half = Open(left, (right, rightNext));
        int row = lane / 4, column = lane % 4 * 2;
        return new Float4(Sum(row, column, sum.X), Sum(row, column + 1, sum.Y), Sum(row + 8, column, sum.Z), Sum(row + 8, column + 1, sum.W));

        float Sum(int row, int column, float sum)
        {
            for (int k = 0; k < 16; k++)
                sum += Left(row, k) * Right(k, column);
            return sum;
        }

        // Element i of thread t, of 8: row t / 4, the eighth after it for i & 2; column 2 (t % 4) + (i & 1), the eighth after it for i & 4.
        float Left(int row, int k) => T.Widen(WordOf(_left[half + row % 8 * 4 + k % 8 / 2], row / 8 + k / 8 * 2) >> k % 2 * 16);

        // Element i of thread t, of 4: row 2 (t % 4) + (i & 1), the eighth after it for i & 2; column t / 4.
        float Right(int k, int column)
        {
            (uint first, uint next) = _right[half + column * 4 + k % 8 / 2];
            return T.Widen((k < 8 ? first : next) >> k % 2 * 16);
        }
    }

    /// <summary>Lays open a row of a matrix. A row of eight takes four of the 32 banks.</summary>
    private unsafe int OpenRow(ref UInt4 row)
    {
        int at = _calls[Lane] % 2 * TensorCore.Warp + Lane;
        _banks[at] = (int)((nint)Unsafe.AsPointer(ref row) >> 4 & 7);
        int half = Open(row, default);
        for (int other = at / 8 * 8; other < at; other++)
        {
            if (_banks[other] == _banks[at])
            {
                Interlocked.Increment(ref s_conflicts);
                break;
            }
        }
        return half;
    }

    /// <summary>Waits until all threads have laid open what they have; where it lies.</summary>
    private int Open(UInt4 left, (uint, uint) right)
    {
        int half = _calls[Lane]++ % 2 * TensorCore.Warp;
        (_left[half + Lane], _right[half + Lane]) = (left, right);
        Warp.Barrier();
        return half;
    }

    /// <summary>The first thread makes one, and tells the others which.</summary>
    private static WarpExchange Find()
    {
        int number = 0;
        if (Lane == 0)
            s_all[number = Interlocked.Increment(ref s_last)] = new WarpExchange();
        return s_all[Warp.Broadcast(number, 0)];
    }

    private static uint WordOf(UInt4 words, int index) => index switch { 0 => words.X, 1 => words.Y, 2 => words.Z, _ => words.W };
}
