namespace MoECompiler.Cli.Checking;

/// <summary>A kernel for one target, and what was found in it.</summary>
/// <param name="Text">What was looked at.</param>
/// <param name="Resources">What it takes; null for OpenCL, and where the assembler refused it.</param>
/// <param name="Code">Its machine code; null where nobody looked.</param>
/// <param name="Flaws">What must not be, in words.</param>
internal sealed record CheckedKernel(KernelText Text, Resources? Resources, MachineCode? Code, IReadOnlyList<string> Flaws)
{
    /// <summary>The architecture whose machine code is looked at: the first with everything that kernels are written for.</summary>
    private const string Disassembled = "sm_80";

    /// <summary>The share of a multiprocessor's threads; null where it is not known.</summary>
    public double? Occupancy => Resources is null
        ? null
        : Architecture.Find(Text.Header.Target).Occupancy(Text.Header.Threads, Resources.Registers, Resources.SharedBytes);

    /// <param name="text">The kernel.</param>
    /// <param name="tools">For PTX.</param>
    /// <param name="cubin">A file that may be written.</param>
    /// <param name="cancellation">Ends the tools.</param>
    public static async Task<CheckedKernel> CheckAsync(KernelText text, Tools tools, string cubin, CancellationToken cancellation)
    {
        List<string> flaws = [.. text.Flaws];
        if (text.Header.Target == KernelHeader.OpenCl)
            return new CheckedKernel(text, null, null, flaws);

        (string output, bool succeeded) = await tools.AssembleAsync(text.Header.Target, text.Path, cubin, cancellation);
        if (!succeeded)
        {
            flaws.Add($"ptxas refuses it: {output.Trim().Split('\n')[0]}");
            return new CheckedKernel(text, null, null, flaws);
        }
        Resources resources = Resources.Parse(output);
        flaws.AddRange(resources.Flaws);
        MachineCode? code = null;
        if (text.Header.Target == Disassembled)
        {
            code = MachineCode.Parse(await tools.DisassembleAsync(cubin, cancellation));
            flaws.AddRange(code.Flaws(text.Header.Name, text.Header.Threads));
        }
        CheckedKernel kernel = new(text, resources, code, flaws);
        if (kernel.Occupancy == 0)
            flaws.Add($"cannot be launched: {resources.Registers} registers and {resources.SharedBytes} shared bytes for a group of {text.Header.Threads}");
        return kernel;
    }
}
