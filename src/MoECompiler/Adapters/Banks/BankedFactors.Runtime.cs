namespace MoECompiler;

/// <summary>The factors of all adapters of a bank for one weight.</summary>
/// <param name="a">f32[Layers, Adapters * Experts, Rank, In], without layers where the weight has none.</param>
/// <param name="b">f32[Layers, Adapters * Experts, Rank, Out]: each matrix the other way round than an adapter has it.</param>
public sealed class BankedFactors(Parameter a, Parameter b)
{
    public Parameter A { get; } = a;

    public Parameter B { get; } = b;

    /// <summary>Whether a weight's change is of the extents that each of so many adapters has here.</summary>
    internal bool Fits(AdaptedWeight site, int adapters) => site is AdapterFactors factors
        && A.Count == adapters * factors.Groups * factors.Rank * factors.In && B.Count == adapters * factors.Groups * factors.Rank * factors.Out;

    /// <summary>Copies the factors of adapters to their places in each layer.</summary>
    /// <param name="numbers">Of the adapters.</param>
    /// <param name="adapters">How many there is room for.</param>
    /// <param name="factors">A weight's change by any of them.</param>
    /// <param name="a">f32[Numbers * Groups, Rank, In].</param>
    /// <param name="b">f32[Numbers * Groups, Out, Rank].</param>
    internal void Set(ReadOnlySpan<int> numbers, int adapters, AdapterFactors factors, float[] a, float[] b)
    {
        b = Turned(b, factors.Out, factors.Rank);
        for (int i = 0; i < numbers.Length; i++)
        {
            Set(A, numbers[i], adapters, a.AsSpan(i * (a.Length / numbers.Length), a.Length / numbers.Length));
            Set(B, numbers[i], adapters, b.AsSpan(i * (b.Length / numbers.Length), b.Length / numbers.Length));
        }
    }

    /// <summary>Each matrix of so many rows and columns with its rows as columns.</summary>
    private static float[] Turned(float[] matrices, int rows, int columns)
    {
        float[] turned = new float[matrices.Length];
        int size = rows * columns;
        for (int first = 0; first < matrices.Length; first += size)
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    turned[first + column * rows + row] = matrices[first + row * columns + column];
        return turned;
    }

    private static void Set(Parameter parameter, int number, int adapters, ReadOnlySpan<float> factors)
    {
        int layers = Math.Max(1, parameter.Layers);
        int each = factors.Length / layers;
        for (int layer = 0; layer < layers; layer++)
            parameter.Value.Part(((long)layer * adapters + number) * each, new Extents(each)).CopyFrom(factors.Slice(layer * each, each));
    }
}
