using System.CommandLine;
using System.Xml.Linq;
using MoECompiler.Cli.Drawing;
using MoECompiler.Graphs;
using MoECompiler.Plans;

namespace MoECompiler.Cli.Commands;

/// <summary><c>moec graph</c>: a picture of what was declared, which of it runs as one kernel, and where each value lies.</summary>
internal static class GraphCommand
{
    private static readonly Option<string> s_svg = new("--svg") { Description = "The picture to write", HelpName = "FILE", Required = true };

    private static readonly Option<bool> s_gpu = new("--gpu") { Description = "With the kernels that GPUs run, which do more in one" };

    public static Command Create()
    {
        Command command = new("graph", "Draws the declared graph of a method as SVG: shapes, what is fused into one kernel, and the slots of memory.")
        {
            CommonOptions.Assembly, s_svg, CommonOptions.Model, CommonOptions.Method, s_gpu, CommonOptions.Sizes, CommonOptions.Rows, CommonOptions.Extent,
        };
        command.SetAction(static result =>
        {
            Type type = ModelAssembly.FindModel(result.GetRequiredValue(CommonOptions.Assembly), result.GetValue(CommonOptions.Model));
            using CpuDevice device = new(1);
            using ModelProgram program = new(type, result.GetRequiredValue(CommonOptions.Sizes), device);
            string method = result.GetRequiredValue(CommonOptions.Method), file = result.GetRequiredValue(s_svg);
            (int rows, int extent) = (result.GetValue(CommonOptions.Rows), result.GetValue(CommonOptions.Extent));
            Graph graph = program.GraphOf(method);
            Plan plan = ModelPlans.Of(type, graph, result.GetValue(s_gpu));
            string sizes = string.Join(", ", program.Sizes.Select(static s => $"{s.Key} = {s.Value:N0}").Prepend($"B = {rows:N0}"));
            string title = $"{type.Name}.{method}{(result.GetValue(s_gpu) ? " on a GPU" : "")}";
            XElement picture = MethodPicture.Draw(title, sizes, graph, plan, program.Weights, program.Binding(rows, extent));
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
                Directory.CreateDirectory(folder);
            picture.Save(file, SaveOptions.DisableFormatting);
            Console.WriteLine($"{title}: {graph.Nodes.Count:N0} declared nodes, {plan.Graph.Nodes.Count(static n => !n.Op.IsAlias):N0} steps, {plan.Slots.Count:N0} slots: {file}");
        });
        return command;
    }
}
