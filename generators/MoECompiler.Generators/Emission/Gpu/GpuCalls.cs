namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Calls of a GPU's kernels: emitted ones where the declaration decides their text, the library's for the rest.</summary>
internal sealed class GpuCalls(GpuKernelTable kernels) : KernelCalls
{
    public override string Call(Node node, Func<Value, string> text, string random) => node.Op switch
    {
        Elementwise => kernels.Elements.Call(node, text),
        MatMul or BatchMatMul or GroupedMatMul or GroupedWeightGradient => kernels.Products.Call(node, text),
        Region { Kind: RegionKind.Rows } => kernels.Rows.Call(node, text),
        _ => Library("GpuKernels", "gpu", node, text, random, []),
    };

    public override void Write(SourceWriter writer, Node node, Func<Value, string> text, string random)
    {
        if (node.Op is Region { Kind: RegionKind.Experts } region)
            ExpertCalls.Write(writer, region, kernels.Products, text, n => Call(n, text, random));
        else
            base.Write(writer, node, text, random);
    }

    public override string Copy(string from, string to) => $"GpuKernels.Copy(gpu, {from}, {to});";
}
