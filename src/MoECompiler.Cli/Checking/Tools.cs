using System.ComponentModel;
using System.Diagnostics;

namespace MoECompiler.Cli.Checking;

/// <summary>NVIDIA's assembler and its reader of machine code.</summary>
/// <param name="folder">Where they lie; null for the folders of PATH.</param>
internal sealed class Tools(DirectoryInfo? folder)
{
    /// <summary>Assembles PTX; <c>ptxas -v</c> tells what the kernel takes.</summary>
    /// <returns>What it says, and whether it could.</returns>
    public Task<(string Output, bool Succeeded)> AssembleAsync(string arch, string ptx, string cubin, CancellationToken cancellation) =>
        RunAsync("ptxas", ["-v", "-arch", arch, ptx, "-o", cubin], cancellation);

    /// <summary>The machine code in what <see cref="AssembleAsync"/> made.</summary>
    public async Task<string> DisassembleAsync(string cubin, CancellationToken cancellation)
    {
        (string output, bool succeeded) = await RunAsync("nvdisasm", ["-c", "-ndf", cubin], cancellation);
        return succeeded ? output : throw new CommandException($"nvdisasm cannot read {cubin}: {output.Trim()}");
    }

    private async Task<(string Output, bool Succeeded)> RunAsync(string tool, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(folder is null ? tool : Path.Combine(folder.FullName, tool), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation), errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (await output + await errors, process.ExitCode == 0);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new CommandException($"{start.FileName} cannot be started: {error.Message}; eng/cuda-tools.sh prints a folder for --tools.");
        }
    }
}
