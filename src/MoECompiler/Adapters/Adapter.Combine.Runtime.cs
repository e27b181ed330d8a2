namespace MoECompiler;

public abstract partial class Adapter
{
    /// <summary>
    /// Makes this adapter's change the weighted sum of the changes of others of the same model, computed in double precision: skills that
    /// were trained apart become one adapter, which is used, trained, saved and merged like any.
    /// </summary>
    /// <param name="how">What becomes of the ranks.</param>
    /// <param name="parts">Adapters whose changes are two factors, and what each change is multiplied by; this adapter may be among them.</param>
    /// <exception cref="NotSupportedException">This adapter is not of [Lora], or another one's change is not of two factors.</exception>
    /// <exception cref="ArgumentException">
    /// There are no parts; one is attached to another model or at other weights, its weight is not finite, or the ranks do not fit. Nothing was changed.
    /// </exception>
    public void Combine(AdapterCombination how, params IReadOnlyList<(Adapter Adapter, float Weight)> parts)
    {
        using Lock.Scope inside = Gate.Enter();
        if (parts.Count == 0)
            throw new ArgumentException("There is nothing to combine.", nameof(parts));
        List<(LoraFactors Target, float[] A, float[] B)> made = [];
        for (int i = 0; i < Sites.Count; i++)
        {
            LoraFactors target = Sites[i] as LoraFactors
                ?? throw new NotSupportedException($"{GetType().Name} is not of [Lora]: its factors cannot be set to a combination.");
            List<(AdapterFactors Factors, float Weight)> factors = [.. parts.Select(part => (FactorsAt(part.Adapter, i, part.Weight), part.Weight))];
            if (how.Refusal(target.Rank, [.. factors.Select(static f => f.Factors.Rank)]) is { } refusal)
                throw new ArgumentException(refusal, nameof(parts));
            made.Add(Combined(how, target, factors));
        }
        foreach ((LoraFactors target, float[] a, float[] b) in made)
        {
            target.A.Value.CopyFrom(a);
            target.B.Value.CopyFrom(b);
        }
    }

    /// <summary>The factors of another adapter at the weight of this one's site.</summary>
    private AdapterFactors FactorsAt(Adapter adapter, int site, float weight)
    {
        string name = adapter.GetType().Name;
        if (!ReferenceEquals(adapter.Base, Base))
            throw new ArgumentException($"{name} is attached to another instance of {Base.GetType().Name}.");
        if (!float.IsFinite(weight))
            throw new ArgumentException($"The weight of {name} is {weight}.");
        if (adapter.Sites.Count != Sites.Count || !ReferenceEquals(adapter.Sites[site].Weight, Sites[site].Weight))
            throw new ArgumentException(
                $"{name} changes {string.Join(", ", adapter.Sites.Select(static s => s.Weight.Path))}, and {GetType().Name} {string.Join(", ", Sites.Select(static s => s.Weight.Path))}.");
        return adapter.Sites[site] as AdapterFactors
            ?? throw new NotSupportedException($"What {name} does to {Sites[site].Weight.Path} is not of two factors.");
    }

    private static (LoraFactors Target, float[] A, float[] B) Combined(AdapterCombination how, LoraFactors target, List<(AdapterFactors Factors, float Weight)> parts)
    {
        List<(float[] A, float[] B)> read = [.. parts.Select(static part => part.Factors.Read())];
        float[] a = new float[target.A.Count], b = new float[target.B.Count];
        for (int group = 0; group < target.Groups; group++)
        {
            List<WeightedFactors> weighted = [];
            for (int i = 0; i < parts.Count; i++)
                weighted.Add(new WeightedFactors(
                    Matrix.Of(read[i].A, group, parts[i].Factors.Rank, target.In), Matrix.Of(read[i].B, group, target.Out, parts[i].Factors.Rank),
                    (double)parts[i].Weight * parts[i].Factors.Scale / target.Scale));
            Matrix newA = new(target.Rank, target.In), newB = new(target.Out, target.Rank);
            how.Combine(weighted, newA, newB);
            newA.CopyTo(a, group);
            newB.CopyTo(b, group);
        }
        return (target, a, b);
    }
}
