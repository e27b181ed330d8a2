using MoECompiler;
using static MoECompiler.Experiments.LanguageCurves;

namespace MoECompiler.Experiments;

/// <summary>
/// Switch, a gate that begins dense, experts that are made of one, and what else papers compare with, on the same bytes and with the same cost: a row
/// that k experts compute costs k.
/// </summary>
internal sealed class EvolvingLanguage : Experiment
{
    public override string Name => "evolving-language";

    public override string Claim =>
        "with as many rows through experts, one expert that becomes many is better than a gate that begins dense, and that than Switch (Nie et al., EvoMoE, 2021; two layers of 64 columns, 8 experts)";

    /// <summary>The text to learn; null for the one that comes with the program.</summary>
    public string? Text { get; set; }

    /// <summary>Whether a batch has fewer rows, and one seed is enough.</summary>
    public bool IsQuick { get; set; }

    public override IEnumerable<Finding> Run(Device device, CancellationToken cancellation)
    {
        LanguageRun run = new(device, new LanguageText(LanguageText.Read(Text ?? LanguageText.Own), heldBytes: 20_000), batch: IsQuick ? 4 : 16);
        int seeds = IsQuick ? 1 : 2;
        LanguageCurves Curves<TModel>(string name, int count, Func<Device, TModel> create, int budgets = 1) where TModel : Model, Training.ITrainable =>
            new(name, [.. Enumerable.Range(1, count).Select(seed => run.Of(create, seed, budgets, cancellation))]);

        LanguageCurves @switch = Curves("Switch", seeds, static d => new SwitchLanguage(d));
        LanguageCurves sparsified = Curves("the dense gate", seeds, static d => new SparsifiedLanguage(d));
        LanguageCurves evolved = Curves("made of one", seeds, static d => new EvolvedLanguage(d));
        double gap = evolved.Runs[0][^1].Loss - @switch.Runs[0][^1].Loss;
        double later = Curves("made of one", 1, static d => new EvolvedLanguage(d), 2).Loss - Curves("Switch", 1, static d => new SwitchLanguage(d), 2).Loss;
        string late = later < gap / 2
            ? $"too few steps since experts were made, whose cosine is {Text2(evolved.Similarity)} yet: with twice as many rows what it lacks to Switch falls from {Text4(gap)} to {Text4(later)}"
            : "";
        yield return Loss(@switch, null);
        yield return Loss(sparsified, @switch);
        yield return Loss(evolved, sparsified, late);
        yield return Faster(@switch, evolved, static p => p.Step, "steps", late);
        yield return Faster(@switch, evolved, static p => p.ExpertRows, "rows through experts", late);
        double[] active = [.. evolved.Runs[0].Select(static p => p.Active)], similarity = [.. evolved.Runs[0].Select(static p => p.Similarity).Where(static s => !double.IsNaN(s))];
        yield return new Finding("experts a row, at most and in the end", "more than 4, then 1", $"{Text2(active.Max())}, {Text2(active[^1])}", active.Max() > 4 && Math.Abs(active[^1] - 1) < 1e-6);
        yield return new Finding("how alike experts are, once made and in the end", "falls from at most 0.7", $"{Text2(similarity[0])}, {Text2(similarity[^1])}",
            similarity[0] <= 0.75 && similarity[^1] < similarity[0]);

        yield return new Finding("experts in the end: Switch, dense gate, made of one", "figures to compare with", $"{@switch.Experts}; {sparsified.Experts}; {evolved.Experts}", true);
        yield return new Finding("made of one, less Switch, with as many rows and with twice as many", "falls: phases are a smaller part", $"{Text4(gap)}, {Text4(later)}", later < gap);

        LanguageCurves plain = Curves("Switch whose experts weigh 1", 1, static d => new PlainLanguage(d));
        yield return new Finding($"loss of {plain.Name}, after {Text0(plain.Steps)} steps", "a figure to compare with", Text4(plain.Loss), true);
        LanguageCurves moving = Curves("Hash whose table moves", 1, static d => new MovingLanguage(d));
        yield return new Finding($"loss of {moving.Name}, after {Text0(moving.Steps)} steps", "a figure to compare with", Text4(moving.Loss), true);
        yield return Other(evolved, Curves("GShard, two experts", 1, static d => new GShardLanguage(d)), @switch, plain, null, late);
        yield return Other(evolved, Curves("BASE", 1, static d => new BaseLanguage(d)), @switch, plain, null, late);
        yield return Other(evolved, Curves("Hash", 1, static d => new HashLanguage(d)), @switch, plain, moving, late);
        yield return Other(evolved, Curves("StableMoE", 1, static d => new StableLanguage(d)), @switch, plain, moving, late);
    }

    /// <summary>
    /// A baseline, and where it is better, whether the phases are why, or else the weights of experts: they are if Switch without them gains most of the
    /// difference. Of one that chooses by bytes it is that bytes keep their expert, if all is lost once they do not. Else no reason is known.
    /// </summary>
    private static Finding Other(LanguageCurves evolved, LanguageCurves other, LanguageCurves @switch, LanguageCurves plain, LanguageCurves? moving, string late)
    {
        string reason = evolved.Against(other);
        if (reason.Length == 0 && @switch.Loss <= other.Loss)
            reason = late;
        else if (reason.Length == 0 && @switch.Loss - plain.Loss > (@switch.Loss - other.Loss) / 2)
            reason = $"experts that weigh less than 1 learn less: Switch is {Text4(@switch.Loss)} with its scores for weights and {Text4(plain.Loss)} without";
        else if (reason.Length == 0 && moving is not null && moving.Loss >= @switch.Loss)
            reason = $"its bytes keep their expert: chosen by bytes too, but from a table that the balance loss moves, it is {Text4(moving.Loss)}";
        return new Finding(
            $"loss of {other.Name}, after {Text0(other.Steps)} steps", $"at least {Text4(evolved.Loss)}, of experts made of one", Text4(other.Loss), other.Loss >= evolved.Loss, reason);
    }

    private static Finding Loss(LanguageCurves curves, LanguageCurves? bound, string otherwise = "")
    {
        string found = $"{Text4(curves.Loss)}{(curves.Runs.Count > 1 ? $" ({string.Join(", ", curves.Runs.Select(static r => Text4(r[^1].Loss)))})" : "")}";
        return new Finding(
            $"loss on held-out bytes of {curves.Name}, after {Text0(curves.Steps)} steps", bound is null ? "a figure to compare with" : $"at most {Text4(bound.Loss)}, of {bound.Name}",
            found, bound is null || curves.Loss <= bound.Loss, bound is null ? "" : Known(curves.Against(bound), otherwise));
    }

    /// <summary>How much earlier another training was at what Switch came to.</summary>
    private static Finding Faster(LanguageCurves @switch, LanguageCurves other, Func<LanguagePoint, double> cost, string unit, string otherwise)
    {
        double target = @switch.Runs.Max(static run => run.Min(static p => p.Loss)), ratio = @switch.CostOf(target, cost) / other.CostOf(target, cost);
        return new Finding(
            $"{unit} to the least loss of Switch, {Text4(target)}: Switch's over those of {other.Name}", "at least 1.3", double.IsNaN(ratio) ? "never" : Text2(ratio), ratio >= 1.3,
            Known(other.Against(@switch), otherwise));
    }

    private static string Known(string reason, string otherwise) => reason.Length > 0 ? reason : otherwise;
}
