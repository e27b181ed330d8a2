using MoECompiler.Checkpoints;

namespace MoECompiler.Training;

/// <summary>One thing that an optimizer remembers of a parameter, as it is stored.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Of the parameter's extents; nothing where it is stored in 8 bits.</param>
internal sealed record StateTensor(StateKind Kind, View<float> Value)
{
    /// <summary>A byte an element: the number of its level.</summary>
    public View<byte> Codes { get; private init; }

    /// <summary>One for each block of <see cref="DynamicCodes.Block"/> elements.</summary>
    public View<float> Scales { get; private init; }

    public bool IsDynamic { get; private init; }

    /// <summary>Where it lies.</summary>
    public Buffer Buffer => IsDynamic ? Codes.Buffer : Value.Buffer;

    /// <summary>The bytes of memory that so many elements' state takes.</summary>
    public static long BytesOf(long count, bool isDynamic) => isDynamic
        ? CodeBytes(count) + Padded(Blocks(count) * sizeof(float))
        : Padded(count * sizeof(float));

    /// <summary>The bytes of the codes of so many elements; scales follow them.</summary>
    public static long CodeBytes(long count) => Padded(count);

    /// <summary>How many scales so many elements have.</summary>
    public static int Blocks(long count) => checked((int)((count + DynamicCodes.Block - 1) / DynamicCodes.Block));

    /// <summary>State in memory from a byte of a buffer on.</summary>
    public static StateTensor Place(StateKind kind, Parameter parameter, bool isDynamic, Buffer memory, long offset) => isDynamic
        ? new StateTensor(kind, default(View<float>))
        {
            IsDynamic = true,
            Codes = memory.View<byte>(parameter.Extents, offset),
            Scales = memory.View<float>(new Extents(Blocks(parameter.Count)), offset + CodeBytes(parameter.Count)),
        }
        : new StateTensor(kind, memory.View<float>(parameter.Extents, offset));

    /// <summary>The numbers, whichever way they are stored.</summary>
    public float[] ToArray()
    {
        if (!IsDynamic)
            return ((FloatView)Value).ToArray();
        return DynamicState.Decode(Kind, Codes.ToArray(), Scales.ToArray());
    }

    /// <summary>Stores numbers in place of what is remembered.</summary>
    public void CopyFrom(float[] numbers)
    {
        if (!IsDynamic)
        {
            ((FloatView)Value).CopyFrom(numbers);
            return;
        }
        (byte[] codes, float[] scales) = DynamicState.Encode(Kind, numbers);
        Codes.CopyFrom(codes.AsSpan());
        Scales.CopyFrom(scales);
    }

    /// <summary>Adds it to a file, as it is stored.</summary>
    public void AddTo(SafetensorsWriter writer, string name)
    {
        if (!IsDynamic)
        {
            writer.Add(name, Value);
            return;
        }
        writer.Add(name, StoredType.U8, CodeShape, stream => HostBlocks.Read(Codes, (codes, _) => stream.Write(codes)));
        writer.Add(ScalesOf(name), Scales);
    }

    /// <summary>The floats that a file has to have.</summary>
    public WeightRequest Request(string name) => IsDynamic
        ? new WeightRequest(ScalesOf(name), Scales.Extents.ToArray(), Scales)
        : new WeightRequest(name, Value.Extents.ToArray(), Value);

    /// <summary>The codes that a file has to have beside; null for none.</summary>
    public CodeRequest? RequestCodes(string name) => IsDynamic ? new CodeRequest(name, CodeShape, Codes) : null;

    private long[] CodeShape => Array.ConvertAll(Codes.Extents.ToArray(), static extent => (long)extent);

    private static string ScalesOf(string name) => $"{name}.scales";

    private static long Padded(long bytes) => (bytes + HostBuffer.Alignment - 1) / HostBuffer.Alignment * HostBuffer.Alignment;
}
