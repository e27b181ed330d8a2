namespace MoECompiler.Checkpoints;

/// <summary>
/// Replaces a file whole or not at all: whoever opens the path, at any instant and from any process, sees the old contents or the new ones.
/// Of two that write at a time the one that ends last wins.
/// </summary>
internal static class AtomicFile
{
    /// <summary>What the path of a temporary file beside the target ends with; before it comes a name that no other writer has.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Since when nobody has written to what a killed process left behind. Who writes also keeps the file locked.</summary>
    public static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(1);

    private static readonly EnumerationOptions s_all = new() { AttributesToSkip = default };

    /// <summary>
    /// Writes a temporary file in the same folder, has it flushed to the disk, and renames it to <paramref name="path"/>.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="bytes">How many bytes <paramref name="write"/> writes: they are reserved first, so that a full disk is found at
    /// once.</param>
    /// <param name="write">Writes the contents.</param>
    /// <exception cref="CheckpointException">The file system refuses; the old file is as it was and the temporary one is gone.</exception>
    /// <remarks>A process that is killed may leave the temporary file, which a later write to the same path deletes.</remarks>
    public static void Write(string path, long bytes, Action<Stream> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}{TemporarySuffix}";
        bool isOurs = false, isWriting = false;
        try
        {
            DeleteAbandoned(path);
            FileStreamOptions options = new()
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = 0,
                PreallocationSize = bytes,
            };
            using (FileStream stream = new(temporary, options))
            {
                isOurs = true;
                // A file system that has no files so large says so now, and not in the middle.
                stream.SetLength(bytes);
                isWriting = true;
                write(stream);
                stream.SetLength(stream.Position);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            if (isOurs)
                Delete(temporary);
            // From then on any other exception is of what writes the contents.
            if (isWriting ? e is IOException or UnauthorizedAccessException : FileErrors.Has(e))
                throw new CheckpointException(path, $"the file cannot be written: {Shortage(path, bytes, e)}{e.Message}", e);
            throw;
        }
    }

    /// <summary>What killed processes left of writes to the same path.</summary>
    private static void DeleteAbandoned(string path)
    {
        string name = Path.GetFileName(path) + ".";
        foreach (string file in Directory.EnumerateFiles(FolderOf(path), "*" + TemporarySuffix, s_all))
        {
            ReadOnlySpan<char> found = Path.GetFileName(file.AsSpan());
            if (found.StartsWith(name, StringComparison.Ordinal)
                && Guid.TryParseExact(found[name.Length..^TemporarySuffix.Length], "N", out _)
                && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > AbandonedAfter)
                DeleteUnlocked(file);
        }
    }

    private static void DeleteUnlocked(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            File.Delete(file);
        }
        catch (Exception e) when (FileErrors.Has(e))
        {
        }
    }

    /// <summary>Deletes a file; one that cannot be deleted must not hide the error that led here.</summary>
    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (FileErrors.Has(e))
        {
        }
    }

    /// <summary>What is needed and what is there, where that is less; else nothing.</summary>
    private static string Shortage(string path, long bytes, Exception error)
    {
        if (error is ArgumentOutOfRangeException)
            return $"it needs {bytes:N0} bytes, more than a file can have there. ";
        try
        {
            string folder = FolderOf(path);
            long free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
            return free < bytes ? $"it needs {bytes:N0} bytes and the disk has {free:N0} free. " : "";
        }
        catch (Exception e) when (FileErrors.Has(e))
        {
            return "";
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
}
