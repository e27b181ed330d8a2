using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using MoECompiler.CodeFixes;
using MoECompiler.Generators.Diagnostics;
using Xunit;

namespace MoECompiler.Generators.Tests.Diagnostics;

/// <summary><c>docs/diagnostics.md</c> is made of the descriptors and of a real message of each; <c>MOE_ACCEPT=1 dotnet test</c> writes it anew.</summary>
public sealed class DocumentTests
{
    private static readonly (string Prefix, string Title)[] s_stages =
    [
        ("MOE0", "The class and its methods"),
        ("MOE1", "What the class declares and what Forward says"),
        ("MOE2", "Shapes"),
        ("MOE3", "Gradients"),
        ("MOE5", "Names in checkpoints"),
        ("MOE6", "Adapters"),
        ("MOE7", "Models that evolve"),
        ("MOE9", "The compiler itself"),
    ];

    private static readonly HashSet<string> s_fixable =
    [
        .. typeof(SyntaxFix).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(CodeFixProvider)) && !type.IsAbstract)
            .SelectMany(static type => ((CodeFixProvider)Activator.CreateInstance(type)!).FixableDiagnosticIds),
    ];

    [Fact]
    public void Document_HasEachDiagnosticWithAMessage()
    {
        string text = Render();
        if (Environment.GetEnvironmentVariable("MOE_ACCEPT") == "1")
            File.WriteAllText(Document(), text);
        Assert.Equal(text, File.ReadAllText(Document()));
        Assert.All(Descriptors.All, d => Assert.Contains($"| {d.Id} |", text, StringComparison.Ordinal));
    }

    private static string Render()
    {
        StringBuilder text = new();
        text.Append("# Diagnostics\n\nWhat the compiler says about a declaration, each with an example of its message. Errors cannot be switched off; in the column *fix*\n")
            .Append("are those that an editor can mend by itself. This page is made of the compiler's own descriptors, and a test keeps it so.\n");
        foreach ((string prefix, string title) in s_stages)
        {
            text.Append($"\n## {prefix}xxx: {title}\n\n| id | | fix | such as |\n| --- | --- | --- | --- |\n");
            IEnumerable<DiagnosticDescriptor> stage = Descriptors.All.Where(d => d.Id.StartsWith(prefix, StringComparison.Ordinal));
            foreach (DiagnosticDescriptor descriptor in stage.OrderBy(static d => d.Id, StringComparer.Ordinal))
            {
                string fix = s_fixable.Contains(descriptor.Id) ? "yes" : "";
                text.Append($"| {descriptor.Id} | {descriptor.DefaultSeverity.ToString().ToLowerInvariant()} | {fix} | **{descriptor.Title}.** {Escape(Message(descriptor))} |\n");
            }
        }
        return text.ToString();
    }

    /// <summary>The message of a test's case, which is one that users see; where there is none, its form.</summary>
    private static string Message(DiagnosticDescriptor descriptor) =>
        DiagnosticTests.All.FirstOrDefault(c => c.Id == descriptor.Id)?.Message ?? descriptor.MessageFormat.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Document([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../docs/diagnostics.md"));
}
