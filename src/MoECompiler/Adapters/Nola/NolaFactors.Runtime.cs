using System.Globalization;
using MoECompiler.Checkpoints;

namespace MoECompiler;

/// <summary>The trained coefficients of a weight's change, declared by <see cref="NolaAttribute{TModel}">[Nola&lt;TModel&gt;]</see>.</summary>
public sealed class NolaFactors(Parameter weight, float Scale, SeededFactor a, SeededFactor b, Parameter coefficientsA, Parameter coefficientsB)
    : AdapterFactors(weight, coefficientsA.Extents.Rows, a.Columns, a.Rows, Scale)
{
    private const string BitsKey = "coefficient_bits";
    private const string ScaleSuffix = ".scale";

    /// <summary>f32[Groups..., BasisA].</summary>
    public Parameter CoefficientsA { get; } = coefficientsA;

    /// <summary>f32[Groups..., BasisB].</summary>
    public Parameter CoefficientsB { get; } = coefficientsB;

    /// <summary>
    /// Writes an adapter with its coefficients rounded to a few bits, with a scale a matrix: 8 bits cost next to nothing of what it does, 4 little.
    /// </summary>
    /// <param name="adapter">An adapter of [Nola].</param>
    /// <param name="path">The file, which is replaced whole or not at all.</param>
    /// <param name="bits">3, 4, 8 or 16.</param>
    /// <exception cref="ArgumentException">The adapter is of another kind.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Other bits.</exception>
    /// <exception cref="InvalidOperationException">A coefficient is not finite.</exception>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void SaveQuantized(Adapter adapter, string path, int bits = 8)
    {
        if (bits is not (3 or 4 or 8 or 16))
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "Coefficients are of 3, 4, 8 or 16 bits.");
        using Lock.Scope inside = adapter.Gate.Enter();
        SafetensorsWriter writer = new();
        foreach ((string name, FloatView value) in Coefficients(adapter))
        {
            (byte[] codes, float[] scales) = QuantizedCoefficients.Of(value.ToArray(), value.Extents.Columns, bits);
            writer.Add(name, StoredType.U8, [codes.Length], stream => stream.Write(codes));
            writer.Add(name + ScaleSuffix, StoredType.F32, [scales.Length], stream => stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(scales.AsSpan())));
        }
        adapter.Describe(writer);
        writer.SetMetadata(BitsKey, bits.ToString(CultureInfo.InvariantCulture));
        writer.Write(path);
    }

    /// <summary>Reads an adapter that <see cref="SaveQuantized"/> wrote.</summary>
    /// <exception cref="ArgumentException">The adapter is of another kind.</exception>
    /// <exception cref="CheckpointException">The file is of another adapter, or of full precision, or damaged; nothing was changed.</exception>
    public static void LoadQuantized(Adapter adapter, string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using Lock.Scope inside = adapter.Gate.Enter();
        adapter.Check(checkpoint);
        if (checkpoint.Metadata.GetValueOrDefault(BitsKey) is not ("3" or "4" or "8" or "16") || !int.TryParse(checkpoint.Metadata[BitsKey], CultureInfo.InvariantCulture, out int bits))
            throw new CheckpointException(path, $"the file has no {BitsKey} of 3, 4, 8 or 16: its coefficients are not quantized. Use {nameof(Model.LoadWeights)}.");
        List<(FloatView Value, float[] Read)> read = [];
        foreach ((string name, FloatView value) in Coefficients(adapter))
        {
            int count = value.Extents.Columns;
            int[] codes = new int[QuantizedCoefficients.Bytes((int)value.Count, bits)];
            float[] scales = new float[value.Count / count];
            Require(name, StoredType.U8, codes.Length);
            Require(name + ScaleSuffix, StoredType.F32, scales.Length);
            checkpoint.Read(name, codes.AsSpan());
            checkpoint.Read(name + ScaleSuffix, scales.AsSpan());
            read.Add((value, QuantizedCoefficients.Restore(codes, scales, count, bits)));
        }
        foreach ((FloatView value, float[] coefficients) in read)
            value.CopyFrom(coefficients);

        void Require(string name, StoredType type, int length)
        {
            TensorEntry tensor = checkpoint.Find(name) ?? throw new CheckpointException(path, $"there is no tensor {name}.");
            if (tensor.Type != type || !tensor.Shape.SequenceEqual([length]))
                throw new CheckpointException(path, $"{name} should be {type.Name()} [{length}] and is {tensor.Type.Name()} [{string.Join(", ", tensor.Shape)}].");
        }
    }

    private static IEnumerable<(string Name, FloatView Value)> Coefficients(Adapter adapter) => adapter.Sites.All(static site => site is NolaFactors)
        ? adapter.Parameters.SelectMany(static parameter => parameter.Tensors())
        : throw new ArgumentException($"{adapter.GetType().Name} is not of [Nola]: it has no coefficients to quantize.", nameof(adapter));

    internal override (float[] A, float[] B) Make(CpuDevice cpu, Func<Parameter, float[]> values) => (Make(cpu, a, CoefficientsA, values), Make(cpu, b, CoefficientsB, values));

    private float[] Make(CpuDevice cpu, SeededFactor factor, Parameter coefficients, Func<Parameter, float[]> values) =>
        factor.Make(cpu, values(coefficients), coefficients.Extents.Columns, checked((int)Groups));
}
