using System.Diagnostics;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

/// <summary>Several processes at one model file; files where there is no room and where nothing may be written.</summary>
public sealed class ProcessTests : IDisposable
{
    private const int Times = 60;

    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(1);

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TwoWritersAndReaders_SeeWholeFilesOnly()
    {
        string path = _folder.File("model");
        using FilledModel model = new(_device, FilesProgram.Ballast);
        model.Fill(1);
        model.Save(path);
        // A mapping outlives what it maps being replaced.
        using SafetensorsFile mapped = SafetensorsFile.Open(path);

        using Process second = ChildProcess.Start(ChildProcess.Command("rewrite", path, "2", $"{Times}"));
        using Process third = ChildProcess.Start(ChildProcess.Command("rewrite", path, "3", $"{Times}"));
        HashSet<float> seen = [];
        while (!second.HasExited || !third.HasExited)
        {
            model.LoadWeights(path);
            Assert.NotNull(model.Filling);
            seen.Add(model.Filling.Value);
        }
        Assert.Equal((0, ""), (second.ExitCode, second.StandardError.ReadToEnd()));
        Assert.Equal((0, ""), (third.ExitCode, third.StandardError.ReadToEnd()));
        Assert.Subset(new HashSet<float> { 1, 2, 3 }, seen);
        Assert.Equal(["model"], _folder.Names());

        float[] elements = new float[FilesProgram.Ballast];
        mapped.Read("p1", elements);
        Assert.Equal(-1, elements.AsSpan().IndexOfAnyExcept(1));
    }

    [MountFact]
    public void FullDisk_IsNamed_LeavesTheOldFileAndNothingElse()
    {
        // All of it is 256 KiB; the model is 1 MiB.
        (int exitCode, string output, string errors) = InMount("size=256k", "");
        Assert.Equal((0, ""), (exitCode, errors));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Matches($"^{_folder.Path}/(model|other): the file cannot be written: it needs [0-9,]+ bytes and the disk has [0-9,]+ free", line));
    }

    [MountFact]
    public void ReadOnlyFolder_IsNamed_LeavesTheOldFileAndNothingElse()
    {
        using FilledModel model = new(_device, 1);
        model.Fill(7);
        using TemporaryFolder source = new();
        model.Save(source.File("model"));
        (int exitCode, string output, string errors) = InMount("size=4m", $"cp '{source.File("model")}' '{_folder.Path}' && mount -o remount,ro '{_folder.Path}' &&");
        Assert.Equal((0, ""), (exitCode, errors));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Matches($"^{_folder.Path}/(model|other): the file cannot be written: .*[Rr]ead-only", line));
    }

    /// <summary>The system's own limit of a file's bytes, which needs no rights. The run time's own files of machine code would pass it.</summary>
    [MountFact(needsMount: false)]
    public void LimitedFileSize_IsNamed_LeavesTheOldFileAndNothingElse()
    {
        (int exitCode, string output, string errors) = ChildProcess.Run(
            ["bash", "-c", "trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f 512; exec \"$@\"", "bash", .. ChildProcess.Command("outgrow", _folder.Path)]);
        Assert.Equal((0, ""), (exitCode, errors));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Matches($"^{_folder.Path}/(model|other): the file cannot be written: it needs [0-9,]+ bytes, more than a file can have there", line));
    }

    /// <summary>The program with a file system of its own in the place of the folder, which goes away with it.</summary>
    private (int ExitCode, string Output, string Errors) InMount(string options, string prepare) => ChildProcess.Run(
        [.. MountFactAttribute.Command, "bash", "-c", $"mount -t tmpfs -o {options} tmpfs '{_folder.Path}' && {prepare} exec \"$@\"", "bash", .. ChildProcess.Command("outgrow", _folder.Path)]);
}
