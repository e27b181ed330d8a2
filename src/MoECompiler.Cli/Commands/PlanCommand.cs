using System.CommandLine;
using MoECompiler.Graphs;
using MoECompiler.Plans;
using Spectre.Console;

namespace MoECompiler.Cli.Commands;

/// <summary><c>moec plan</c>: where each value of a method lies, for how long, and what the arena comes to.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        Command command = new("plan", "Prints the memory of a method: slots, the values that share them with their first and last step, and the peak in bytes.")
        {
            CommonOptions.Assembly, CommonOptions.Model, CommonOptions.Method, CommonOptions.Sizes, CommonOptions.Rows, CommonOptions.Extent,
        };
        command.SetAction(static result =>
        {
            Type type = ModelAssembly.FindModel(result.GetRequiredValue(CommonOptions.Assembly), result.GetValue(CommonOptions.Model));
            using CpuDevice device = new(1);
            using ModelProgram program = new(type, result.GetRequiredValue(CommonOptions.Sizes), device);
            string method = result.GetRequiredValue(CommonOptions.Method);
            Print($"{type.Name}.{method}", ModelPlans.Of(type, program.GraphOf(method), isForGpu: false), program.Binding(result.GetValue(CommonOptions.Rows), result.GetValue(CommonOptions.Extent)));
        });
        return command;
    }

    private static void Print(string name, Plan plan, Func<string, long> binding)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumn("slot").AddColumn(new TableColumn("bytes").RightAligned()).AddColumn("value").AddColumn("type").AddColumn(new TableColumn("steps").RightAligned());
        foreach (Slot slot in plan.Slots)
        {
            string bytes = slot.Bytes(binding).ToString("N0");
            string label = $"{slot.Index}";
            foreach (Value value in slot.Values)
            {
                (int first, int last) = Lifetimes.Of(plan.Graph, value);
                table.AddRow(label, bytes, Markup.Escape(value.Name), Markup.Escape(value.Type.ToString()), first < 0 ? "in a layer" : $"{first + 1} to {last + 1}");
                (label, bytes) = ("", "");
            }
        }
        AnsiConsole.Write(table);
        Console.WriteLine($"{name}: {plan.Graph.Nodes.Count(static n => !n.Op.IsAlias):N0} steps, peak {plan.Bytes(binding):N0} bytes, without reuse {plan.BytesWithoutReuse(binding):N0}.");
    }
}
