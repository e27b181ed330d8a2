using CsCheck;
using MoECompiler.Reference;

namespace MoECompiler.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

/// <summary>Extents of attention and its optional operands.</summary>
public sealed record AttentionCase(int Samples, int Queries, int Keys, int KvHeads, int Group, int Size, int ValueSize, int BiasRank, bool HasLengths, bool IsCausal, int Seed)
{
    public int Heads => KvHeads * Group;

    /// <summary>Other than 1 / sqrt(D) now and then.</summary>
    public float Scale => Seed % 3 == 0 ? 0.3f : 0;

    public Attention Op => new(Heads, KvHeads, Scale, IsCausal);

    /// <summary>Random cases with up to so many places, and columns of a head.</summary>
    public static Gen<AttentionCase> Any(int places, int columns) =>
        from extents in Gen.Select(Gen.Int[0, 2], Gen.Frequency((1, Gen.Const(1)), (6, Gen.Int[1, places])), Gen.Int[1, places])
        from heads in Gen.Select(Gen.Int[1, 2], Gen.Int[1, 3], Gen.Int[1, columns], Gen.Int[1, columns])
        from more in Gen.Select(Gen.Int[1, 4], Gen.Bool, Gen.Bool, Gen.Int)
        select new AttentionCase(
            extents.Item1, extents.Item2, more.Item3 ? extents.Item2 : extents.Item3, heads.Item1, heads.Item2, heads.Item3, heads.Item4,
            more.Item1 < 3 ? 0 : more.Item1, more.Item2, more.Item3, Math.Abs(more.Item4 % 1000));

    /// <summary>q, k and v, and a bias and lengths where there are some.</summary>
    public TestTensor[] Operands()
    {
        Source source = new(Seed);
        List<TestTensor> operands =
        [
            source.Normal(Samples, Queries, Heads * Size), source.Normal(Samples, Keys, KvHeads * Size), source.Normal(Samples, Keys, KvHeads * ValueSize),
        ];
        if (BiasRank > 0)
            operands.Add(BiasRank == 3 ? source.Normal(Heads, Queries, Keys) : source.Normal(Samples, Heads, Queries, Keys));
        if (HasLengths)
            operands.Add(source.IndicesFrom(-1, Keys + 2, Samples));
        return [.. operands];
    }

    /// <summary>The operands of the backward ops: those of the op, what it gives, and a slope of its result.</summary>
    public TestTensor[] BackwardOperands()
    {
        TestTensor[] operands = Operands();
        ReferenceTensor[] given = [.. operands.Select(static operand => operand.ToReference())];
        int[][] shapes = [[Samples, Queries, Heads * ValueSize], [Samples, Queries, Heads]];
        ReferenceTensor[] results = ((IReference)Op).Run(given, shapes, new ReferenceContext(static name => throw new InvalidOperationException($"`{name}` is not bound."), default));
        TestTensor dy = new Source(Seed + 1).Normal(shapes[0]);
        float[] level = new float[results[1].Count];
        for (int i = 0; i < dy.Floats.Length; i++)
            level[i / ValueSize] += (float)(dy.Floats[i] * results[0].Data[i]);
        return [.. operands, TestTensor.F32(shapes[1], [.. results[1].Data.Select(static x => (float)x)]), TestTensor.F32(shapes[1], level), dy];
    }
}
