using System.Globalization;
using System.Xml.Linq;
using MoECompiler.Cli;
using MoECompiler.Cli.Drawing;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using MoECompiler.Plans;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Gpu.Tests.Cli;

/// <summary>What <c>moec graph</c> draws.</summary>
public class MethodPictureTests
{
    public static TheoryData<Type, string, bool> Methods()
    {
        TheoryData<Type, string, bool> data = [];
        foreach (Type model in (Type[])[typeof(LayeredModel), typeof(PictureModel), typeof(RoutedModel), typeof(TwoTaskModel)])
        {
            foreach (string method in (string[])["Forward", "Evaluate", "Backward"])
            {
                data.Add(model, method, false);
                data.Add(model, method, true);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Picture_ShowsEachStepEachSlotAndNoTextOutside(Type type, string method, bool isForGpu)
    {
        using CpuDevice device = new(1);
        using ModelProgram program = new(type, new Dictionary<string, int>(), device);
        Graph graph = program.GraphOf(method);
        Plan plan = ModelPlans.Of(type, graph, isForGpu);
        XElement picture = MethodPicture.Draw("Title", "B = 8", graph, plan, program.Weights, program.Binding(8, 4));

        string[] texts = [.. Texts(picture).Select(static t => t.Nodes().OfType<XText>().Single().Value)];
        for (int i = 0; i < plan.Graph.Nodes.Count; i++)
        {
            Node step = plan.Graph.Nodes[i];
            if (!step.Op.IsAlias && step.Op is not (Repeat or Region))
                Assert.Contains($"{i + 1}  {step.Op.Name}", texts);
        }
        Assert.All(plan.Slots, slot => Assert.True(texts.Count(t => t == $"slot {slot.Index}") >= 2, $"slot {slot.Index} is in the chart and at no value"));
        IEnumerable<string> read = Simplify.Run(graph).Nodes.SelectMany(static n => n.Operands).Select(static o => o.Name).Where(program.Weights.Contains);
        Assert.All(read.Distinct(), weight => Assert.Contains(weight, texts));

        double width = double.Parse(picture.Attribute("width")!.Value, CultureInfo.InvariantCulture);
        Assert.All(Texts(picture), text => Assert.InRange(Right(text), 0, width));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Kernels_HoldEachDeclaredNodeOnce(Type type, string method, bool isForGpu)
    {
        using CpuDevice device = new(1);
        using ModelProgram program = new(type, new Dictionary<string, int>(), device);
        Graph declared = Simplify.Run(program.GraphOf(method));
        IReadOnlyList<Kernel> kernels = Kernel.Of(declared, ModelPlans.Of(type, program.GraphOf(method), isForGpu));
        IEnumerable<string> shown = kernels.SelectMany(static k => k.Declared).Select(static n => n.Results[0].Name);
        Assert.Equal(declared.Nodes.Select(static n => n.Results[0].Name).Order(StringComparer.Ordinal), shown.Distinct().Order(StringComparer.Ordinal));
        // What is cheap to compute again may be part of several kernels, but not what runs by itself.
        Assert.All(kernels.Where(static k => k.Declared.Count == 1), k => Assert.Single(shown, k.Declared[0].Results[0].Name));
    }

    [Fact]
    public void Formula_IsWrittenWithTheNamesOfItsOperands()
    {
        TensorType type = TensorType.F32(Size.Of(4));
        Node node = new(new Elementwise(Scalar.Relu((Scalar.In(0) + Scalar.In(1)) * 0.5f)), [new Value("x", type), new Value("Bias", type)], [new Value("y", type)], -1);
        Assert.Equal("Relu((x + Bias) * 0.5)", Formulas.Of(node, new HashSet<string>()));
    }

    private static IEnumerable<XElement> Texts(XElement picture) => picture.Descendants().Where(static e => e.Name.LocalName == "text");

    /// <summary>Where a text ends, in the whole picture.</summary>
    private static double Right(XElement text)
    {
        double x = text.Ancestors().Select(static a => a.Attribute("transform")?.Value).OfType<string>()
            .Sum(static t => double.Parse(t["translate(".Length..t.IndexOf(' ')], CultureInfo.InvariantCulture));
        double at = Number(text, "x"), width = Svg.Width(text.Nodes().OfType<XText>().Single().Value, Number(text, "font-size"));
        return x + at + (text.Attribute("text-anchor")?.Value switch { "end" => 0, "middle" => width / 2, _ => width });
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
