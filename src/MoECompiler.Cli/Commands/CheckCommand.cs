using System.CommandLine;
using MoECompiler.Cli.Checking;

namespace MoECompiler.Cli.Commands;

/// <summary>
/// <c>moec check</c>: whether kernels that <c>moec kernels</c> wrote are what they were meant to be: PTX is assembled and its machine code
/// looked into, with no GPU there; OpenCL C is only read.
/// </summary>
internal static class CheckCommand
{
    private static readonly Argument<DirectoryInfo> s_folder = new("DIR") { Description = "A folder with kernels as moec kernels --ptx and --opencl write them, or with folders of them" };

    private static readonly Option<DirectoryInfo?> s_tools = new("--tools") { Description = "The folder with ptxas and nvdisasm, if they are not on the PATH", HelpName = "DIR" };

    public static Command Create()
    {
        Command command = new("check", "Assembles the PTX of kernels and fails if one has a stack frame, spills, calls a function, or lacks the loads and products it is meant to have.")
        {
            s_folder, s_tools,
        };
        command.SetAction(static (result, cancellation) => RunAsync(result.GetRequiredValue(s_folder), new Tools(result.GetValue(s_tools)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo folder, Tools tools, CancellationToken cancellation)
    {
        if (!folder.Exists)
            throw new CommandException($"There is no folder {folder.FullName}.");
        KernelText[] texts = [.. ((string[])["*.ptx", "*.cl"])
            .SelectMany(pattern => Directory.EnumerateFiles(folder.FullName, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            .Select(KernelText.Read)
            .DistinctBy(static t => (t.Header, t.Body))];
        if (texts.Length == 0)
            throw new CommandException($"{folder.FullName} has no kernels; moec kernels MODEL.dll --ptx DIR writes some.");

        // What many models share is assembled once, and judged for each by its name and threads.
        KernelText[][] same = [.. texts.GroupBy(static t => (t.Header.Target, t.Body)).Select(static g => g.ToArray())];
        CheckedKernel[][] kernels = new CheckedKernel[same.Length][];
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("moec-check-");
        try
        {
            await Parallel.ForAsync(0, same.Length, cancellation, async (i, token) =>
                kernels[i] = await CheckedKernel.CheckAsync(same[i], tools, Path.Combine(scratch.FullName, $"{i}.cubin"), token));
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
        CheckedKernel[] all = [.. kernels.SelectMany(static k => k)];
        CheckTable.Print(all);
        Console.WriteLine($"{same.Length} different texts.");
        return all.Any(static k => k.Flaws.Count > 0) ? 1 : 0;
    }
}
