using System.Globalization;
using MoECompiler;
using MoECompiler.Data;

namespace MoECompiler.Experiments;

/// <summary>
/// Switch, a gate that begins dense, and experts that are made of one, on the same bytes and with the same cost: a row that k experts compute costs k.
/// </summary>
internal sealed class EvolvingLanguage : Experiment
{
    private const int HeldBytes = 20_000;

    public override string Name => "evolving-language";

    public override string Claim =>
        "with as many rows through experts, one expert that becomes many is better than a gate that begins dense, and that than Switch (Nie et al., EvoMoE, 2021; bytes from a window of 8)";

    /// <summary>The text to learn; null for the one that comes with the program.</summary>
    public string? Text { get; set; }

    /// <summary>Whether a batch has fewer rows.</summary>
    public bool IsQuick { get; set; }

    public override IEnumerable<Finding> Run(Device device, CancellationToken cancellation)
    {
        byte[] text = LanguageText.Read(Text ?? LanguageText.Own);
        int batch = IsQuick ? 64 : 256, switchSteps = 3_000;
        double budget = (double)switchSteps * batch * SwitchLanguage.Depth;
        using DataLoader training = new(device, LanguageText.Windows(text.AsSpan(0, text.Length - HeldBytes)), batch, seed: 1);
        using DataLoader held = new(device, LanguageText.Windows(text.AsSpan(text.Length - HeldBytes), every: IsQuick ? 8 : 2), 500, isShuffled: false);

        List<LanguagePoint> @switch = Trained(static d => new SwitchLanguage(d), device, training, held, budget, cancellation);
        List<LanguagePoint> sparsified = Trained(static d => new SparsifiedLanguage(d), device, training, held, budget, cancellation);
        List<LanguagePoint> evolved = Trained(static d => new EvolvedLanguage(d), device, training, held, budget, cancellation);

        double first = @switch[^1].Loss, second = sparsified[^1].Loss, third = evolved[^1].Loss;
        yield return new Finding("loss of Switch on held-out bytes", "a figure to compare with", Text4(first), true);
        yield return new Finding("loss with a gate that begins dense", $"at most Switch's, {Text4(first)}", Text4(second), second <= first);
        yield return new Finding("loss with experts made of one", $"at most the dense gate's, {Text4(second)}", Text4(third), third <= second);
        yield return Faster("experts made of one", @switch, evolved, static p => p.Step, "steps");
        yield return Faster("experts made of one", @switch, evolved, static p => p.ExpertRows, "rows through experts");
        yield return new Finding("steps of the optimizer: Switch, dense gate, made of one", "figures to compare with", $"{@switch[^1].Step}, {sparsified[^1].Step}, {evolved[^1].Step}", true);
        yield return new Finding("experts a row, at most and in the end", "more than 4, then 1", $"{Text2(evolved.Max(static p => p.Active))}, {Text2(evolved[^1].Active)}",
            evolved.Max(static p => p.Active) > 4 && Math.Abs(evolved[^1].Active - 1) < 1e-6);
        double[] similarity = [.. evolved.Select(static p => p.Similarity).Where(static s => !double.IsNaN(s))];
        yield return new Finding("how alike experts are, once made and in the end", "falls from at most 0.7", $"{Text2(similarity[0])}, {Text2(similarity[^1])}",
            similarity[0] <= 0.75 && similarity[^1] < similarity[0]);
    }

    private static List<LanguagePoint> Trained<TModel>(
        Func<Device, TModel> create, Device device, DataLoader training, DataLoader held, double budget, CancellationToken cancellation)
        where TModel : Model, Training.ITrainable
    {
        using TModel model = create(device);
        return LanguageRun.Of(model, training, held, budget, cancellation);
    }

    /// <summary>How much earlier another training was at what Switch came to.</summary>
    private static Finding Faster(string what, List<LanguagePoint> @switch, List<LanguagePoint> other, Func<LanguagePoint, double> cost, string unit)
    {
        double target = @switch.Min(static p => p.Loss);
        LanguagePoint reference = @switch.First(p => p.Loss <= target);
        LanguagePoint? reached = other.FirstOrDefault(p => p.Loss <= target);
        string found = reached is null ? "never" : Text2(cost(reference) / cost(reached));
        return new Finding($"{unit} to the least loss of Switch, Switch's over those of {what}", "at least 1.3", found, reached is not null && cost(reference) >= 1.3 * cost(reached));
    }

    private static string Text2(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Text4(double number) => number.ToString("0.0000", CultureInfo.InvariantCulture);
}
