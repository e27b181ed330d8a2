using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>What is remembered in 8 bits of some elements in the host's memory; see <see cref="DynamicCodes"/>.</summary>
internal readonly unsafe struct DynamicState
{
    private readonly float* _levels;
    private readonly float* _middles;
    private readonly float* _scales;
    private readonly bool _isSquare;

    /// <param name="state">Of a parameter.</param>
    /// <param name="first">The first of the elements, a multiple of <see cref="DynamicCodes.Block"/>.</param>
    public DynamicState(StateTensor state, long first)
        : this(state.Kind, state.Codes.Pointer + first, state.Scales.Pointer + first / DynamicCodes.Block)
    {
    }

    private DynamicState(StateKind kind, byte* codes, float* scales)
    {
        Codes = codes;
        _scales = scales;
        _isSquare = kind.IsSquare;
        _levels = (float*)Unsafe.AsPointer(in DynamicCodes.Tables[_isSquare ? DynamicCodes.SquareTables : 0]);
        _middles = _levels + DynamicCodes.Levels;
    }

    /// <summary>The numbers of codes and scales.</summary>
    public static float[] Decode(StateKind kind, byte[] codes, float[] scales)
    {
        float[] numbers = new float[codes.Length];
        fixed (byte* code = codes)
        fixed (float* scale = scales, number = numbers)
        {
            DynamicState state = new(kind, code, scale);
            for (int first = 0; first < codes.Length; first += DynamicCodes.Block)
                state.Decode(first, number + first, Math.Min(DynamicCodes.Block, codes.Length - first));
        }
        return numbers;
    }

    /// <summary>The codes and scales of numbers, which are overwritten.</summary>
    public static (byte[] Codes, float[] Scales) Encode(StateKind kind, float[] numbers)
    {
        byte[] codes = new byte[numbers.Length];
        float[] scales = new float[(numbers.Length + DynamicCodes.Block - 1) / DynamicCodes.Block];
        fixed (byte* code = codes)
        fixed (float* scale = scales, number = numbers)
        {
            DynamicState state = new(kind, code, scale);
            for (int first = 0; first < codes.Length; first += DynamicCodes.Block)
                state.Encode(first, number + first, Math.Min(DynamicCodes.Block, codes.Length - first));
        }
        return (codes, scales);
    }

    /// <summary>Null where nothing is remembered.</summary>
    public byte* Codes { get; }

    /// <summary>The numbers of a block from element <paramref name="first"/> on.</summary>
    public void Decode(int first, float* numbers, int count)
    {
        float scale = _scales[first / DynamicCodes.Block];
        for (int i = 0; i < count; i++)
        {
            float number = _levels[Codes[first + i]] * scale;
            numbers[i] = _isSquare ? number * number : number;
        }
    }

    /// <summary>Stores the numbers of a block from element <paramref name="first"/> on, each as the nearest level; the numbers are overwritten.</summary>
    public void Encode(int first, float* numbers, int count)
    {
        float greatest = 0;
        for (int i = 0; i < count; i++)
        {
            if (_isSquare)
                numbers[i] = MathF.Sqrt(numbers[i]);
            greatest = MathF.Max(greatest, MathF.Abs(numbers[i]));
        }
        _scales[first / DynamicCodes.Block] = greatest;
        float inverse = DynamicCodes.Inverse(greatest);
        for (int i = 0; i < count; i++)
            Codes[first + i] = (byte)CodeOf(numbers[i] * inverse);
    }

    /// <summary>How many middles between levels a number is above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CodeOf(float number)
    {
        int code = 0;
        for (int step = DynamicCodes.Levels / 2; step > 0; step >>= 1)
            code += number > _middles[code + step - 1] ? step : 0;
        return _isSquare && code == 0 && number > 0 ? 1 : code;
    }
}
