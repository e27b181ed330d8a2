using System.CommandLine;
using MoECompiler;
using MoECompiler.Experiments;
using Spectre.Console;

if (!AnsiConsole.Profile.Out.IsTerminal)
    AnsiConsole.Profile.Width = 160;
EvolvingLanguage language = new();
Experiment[] all = [new ActiveExperts(), new LoadBalance(), new Clusters(), language, new Facts(), new FourBits(), new Adaptation()];
Argument<string[]> names = new("names") { Description = $"Which: {string.Join(", ", all.Select(static e => e.Name))}; all of them if none is said", Arity = ArgumentArity.ZeroOrMore };
names.AcceptOnlyFromAmong([.. all.Select(static e => e.Name)]);
Option<string?> text = new("--text") { Description = "The text that language models learn, plain or .gz; some Shakespeare if none is said" };
Option<bool> quick = new("--quick") { Description = "Smaller batches where an experiment takes minutes" };
RootCommand command = new("Tries what papers on mixtures of experts say, and prints each figure beside the one that is expected. Ends with 1 if one is not met for a reason that is not known.") { names, text, quick };
command.SetAction((options, cancellation) => Task.Run(
    () =>
    {
        (language.Text, language.IsQuick) = (options.GetValue(text), options.GetValue(quick));
        string[] asked = options.GetValue(names) ?? [];
        return Run([.. all.Where(e => asked.Length == 0 || asked.Contains(e.Name))], cancellation);
    },
    CancellationToken.None));
return await command.Parse(args).InvokeAsync();

static int Run(IReadOnlyList<Experiment> experiments, CancellationToken cancellation)
{
    using CpuDevice device = new();
    int missed = 0, unknown = 0;
    try
    {
        foreach (Experiment experiment in experiments)
        {
            Table table = new Table().Title(Markup.Escape($"{experiment.Name}: {experiment.Claim}")).AddColumns("figure", "expected", "found", "");
            foreach (Finding finding in experiment.Run(device, cancellation))
            {
                missed += finding.Holds ? 0 : 1;
                unknown += finding.Holds || finding.Reason.Length > 0 ? 0 : 1;
                table.AddRow(Markup.Escape(finding.What), Markup.Escape(finding.Expected), Markup.Escape(finding.Found), finding.Holds ? "" : Markup.Escape($"MISSED {finding.Reason}"));
            }
            AnsiConsole.Write(table);
        }
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Canceled.");
        return 130;
    }
    Console.WriteLine(missed == 0 ? "Every figure is as expected." : $"{missed} of the figures missed, {unknown} of them for a reason that is not known.");
    return unknown == 0 ? 0 : 1;
}
