using System.Reflection;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>Nothing is forgotten: what the CPU has a kernel for, a GPU has one for, that is called alike.</summary>
public class KernelCoverageTests
{
    /// <summary>What a model's declaration decides the text of: the generator emits it.</summary>
    private static readonly string[] s_emitted = ["Elementwise", "MatMul", "BatchMatMul", "GroupedMatMul", "GroupedWeightGradient", "Region"];

    /// <summary>What runs no kernel.</summary>
    private static readonly string[] s_planned = ["Detach", "Repeat", "Reshape", "Split"];

    [Fact]
    public void EveryKernelOfTheCpu_HasOneOfTheGpu() => Assert.Equal(
        Calls(typeof(Kernels), typeof(CpuDevice)).Where(static call => !s_emitted.Any(name => call.StartsWith($"{name}("))),
        Calls(typeof(GpuKernels), typeof(GpuDevice)));

    [Fact]
    public void EveryOp_HasAKernel()
    {
        IEnumerable<string> ops = typeof(Op).Assembly.GetTypes().Where(static t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract).Select(static t => t.Name);
        IEnumerable<string> kernels = typeof(GpuKernels).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(static m => m.Name);
        Assert.Equal(s_emitted.Concat(s_planned).Order(), ops.Except(kernels).Order());
    }

    /// <summary>The kernels with their arguments' types and names, but for the device; the generator prints one call for both.</summary>
    private static string[] Calls(Type kernels, Type device) =>
    [
        .. kernels.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(m => m.GetParameters().FirstOrDefault()?.ParameterType == device)
            .Select(static m => $"{m.Name}({string.Join(", ", m.GetParameters().Skip(1).Select(static p => $"{p.ParameterType} {p.Name}"))})")
            .Order(StringComparer.Ordinal),
    ];
}
