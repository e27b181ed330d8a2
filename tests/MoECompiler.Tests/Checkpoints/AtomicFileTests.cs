using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_NewAndExisting_LeavesOnlyTheNewContents()
    {
        AtomicFile.Write(_folder.File("f"), 3, static stream => stream.Write("one"u8));
        AtomicFile.Write(_folder.File("f"), 2, static stream => stream.Write("II"u8));
        Assert.Equal("II", File.ReadAllText(_folder.File("f")));
        Assert.Equal(["f"], _folder.Names());
    }

    [Fact]
    public void Write_DiskFullOnTheWay_KeepsTheOldFileAndNamesThePath()
    {
        string path = _folder.Write("f", "old"u8);
        CheckpointException error = Assert.Throws<CheckpointException>(() => AtomicFile.Write(path, 10, static stream =>
        {
            stream.Write("half"u8);
            throw new IOException("No space left on device");
        }));
        Assert.Equal($"{path}: the file cannot be written: No space left on device", error.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["f"], _folder.Names());
    }

    [Fact]
    public void Write_OtherErrorOnTheWay_PassesThroughAndLeavesNothing()
    {
        Assert.Throws<ArgumentException>(() => AtomicFile.Write(_folder.File("f"), 1, static _ => throw new ArgumentException("not the file's fault")));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Write_OldFile_IsWholeUntilTheNewOneIs()
    {
        string path = _folder.Write("f", "old"u8);
        AtomicFile.Write(path, 3, stream =>
        {
            stream.Write("ne"u8);
            Assert.Equal("old", File.ReadAllText(path));
            stream.Write("w"u8);
        });
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void Write_FolderThatIsAbsentOrTargetThatIsAFolder_NamesThePath()
    {
        string absent = Path.Combine(_folder.Path, "absent", "f");
        Assert.StartsWith(absent, Assert.Throws<CheckpointException>(() => AtomicFile.Write(absent, 1, static stream => stream.WriteByte(0))).Message);

        string folder = _folder.File("folder");
        Directory.CreateDirectory(folder);
        Assert.StartsWith(folder, Assert.Throws<CheckpointException>(() => AtomicFile.Write(folder, 1, static stream => stream.WriteByte(0))).Message);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Write_TemporaryFileOfAKilledProcess_IsDeletedAndNoOther()
    {
        string left = Temporary("f"), fresh = Temporary("f"), other = Temporary("g"), foreign = "f.backup" + AtomicFile.TemporarySuffix;
        foreach (string name in (string[])[left, fresh, other, foreign])
        {
            _folder.Write(name, "a rest"u8);
            if (name != fresh)
                File.SetLastWriteTimeUtc(_folder.File(name), DateTime.UtcNow - AtomicFile.AbandonedAfter - TimeSpan.FromSeconds(1));
        }
        AtomicFile.Write(_folder.File("f"), 3, static stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(_folder.File("f")));
        Assert.Equal(new[] { "f", fresh, other, foreign }.Order(StringComparer.Ordinal), _folder.Names());
    }

    [Fact]
    public void Write_WhileAnotherWriterIsAtIt_BothAreWholeAndTheLastOneStays()
    {
        string path = _folder.File("f");
        AtomicFile.Write(path, 5, stream =>
        {
            stream.Write("fi"u8);
            // However slow a writer is, nobody takes its file for one that was left behind.
            string slow = Assert.Single(_folder.Names());
            File.SetLastWriteTimeUtc(_folder.File(slow), DateTime.UtcNow - AtomicFile.AbandonedAfter - TimeSpan.FromSeconds(1));
            AtomicFile.Write(path, 6, static other => other.Write("second"u8));
            Assert.Equal("second", File.ReadAllText(path));
            stream.Write("rst"u8);
        });
        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal(["f"], _folder.Names());
    }

    private static string Temporary(string name) => $"{name}.{Guid.NewGuid():N}{AtomicFile.TemporarySuffix}";

    [Fact]
    public void Write_OverAnOpenSafetensorsFile_LeavesTheReaderItsContents()
    {
        string path = _folder.Write("f.safetensors", SafetensorsBytes.Of("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", [7, 9]));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        AtomicFile.Write(path, 1, static stream => stream.WriteByte(0));
        int[] values = new int[2];
        file.Read("x", values);
        Assert.Equal([7, 9], values);
    }
}
