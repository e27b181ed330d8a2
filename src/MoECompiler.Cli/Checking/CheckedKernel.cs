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

    /// <param name="same">Kernels for one target whose texts are alike but for the first line.</param>
    /// <param name="tools">For PTX.</param>
    /// <param name="cubin">A file that may be written.</param>
    /// <param name="cancellation">Ends the tools.</param>
    public static async Task<CheckedKernel[]> CheckAsync(KernelText[] same, Tools tools, string cubin, CancellationToken cancellation)
    {
        KernelText text = same[0];
        List<string> flaws = [.. text.Flaws];
        Resources? resources = null;
        MachineCode? code = null;
        if (text.Header.Target != KernelHeader.OpenCl)
        {
            (string output, bool succeeded) = await tools.AssembleAsync(text.Header.Target, text.Path, cubin, cancellation);
            if (succeeded)
            {
                resources = Resources.Parse(output);
                flaws.AddRange(resources.Flaws);
                if (text.Header.Target == Disassembled)
                    code = MachineCode.Parse(await tools.DisassembleAsync(cubin, cancellation));
                File.Delete(cubin);
            }
            else
            {
                flaws.Add($"ptxas refuses it: {output.Trim().Split('\n')[0]}");
            }
        }
        return [.. same.Select(each => Judge(new CheckedKernel(each, resources, code, flaws)))];
    }

    /// <summary>Adds the flaws that depend on a kernel's name and on its threads.</summary>
    private static CheckedKernel Judge(CheckedKernel kernel)
    {
        List<string> flaws = [.. kernel.Flaws];
        if (kernel.Code is not null)
            flaws.AddRange(kernel.Code.Flaws(kernel.Text.Header.Name, kernel.Text.Header.Threads));
        if (kernel.Occupancy == 0)
            flaws.Add($"cannot be launched: {kernel.Resources!.Registers} registers and {kernel.Resources.SharedBytes} shared bytes for a group of {kernel.Text.Header.Threads}");
        return kernel with { Flaws = flaws };
    }
}
