using CsCheck;

namespace MoECompiler.Tests.Ops;

/// <summary>Extents of points and layers.</summary>
public sealed record PairCase(int Samples, int Places, int Bells, int Inner, int Heads, int Seed)
{
    public static readonly Gen<PairCase> Any =
        from points in Gen.Select(Gen.Int[0, 3], Gen.Frequency((1, Gen.Const(0)), (8, Gen.Int[1, 20])))
        from layers in Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 9])
        from seed in Gen.Int[0, 1000]
        select new PairCase(points.Item1, points.Item2, layers.Item1, layers.Item2, layers.Item3, seed);

    /// <summary>
    /// Distances, what is known of them (some points are not), bells that are not so narrow that the last bit of a distance is much, some with the
    /// sign that makes no difference, and the layers.
    /// </summary>
    public TestTensor[] Operands()
    {
        Source source = new(Seed);
        TestTensor known = source.Uniform(-1, 3, Samples, Places), deviations = source.Uniform(0.5f, 2, Bells);
        for (int i = 0; i < known.Floats.Length; i++)
            known.Floats[i] = known.Floats[i] > 0 ? 1 : -1;
        for (int k = 0; k < Bells; k += 3)
            deviations.Floats[k] = -deviations.Floats[k];
        float inFirst = 1 / MathF.Sqrt(Bells), inSecond = 1 / MathF.Sqrt(Inner);
        return
        [
            source.Uniform(0, 5, Samples, Places, Places), known, source.Uniform(0, 3, Bells), deviations, source.Uniform(-inFirst, inFirst, Inner, Bells),
            source.Uniform(-inFirst, inFirst, Inner), source.Uniform(-inSecond, inSecond, Heads, Inner), source.Uniform(-inSecond, inSecond, Heads),
        ];
    }

    /// <summary>The operands of the backward op: all but the last bias, and a slope of the result, less the more pairs there are to add up.</summary>
    public TestTensor[] BackwardOperands() =>
        [.. Operands()[..7], new Source(Seed + 1).Uniform(-1f / (1 + Places), 1f / (1 + Places), Samples, Heads, Places, Places)];
}
