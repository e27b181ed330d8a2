namespace MoECompiler.Checkpoints;

/// <summary>Replaces a file whole or not at all: whoever opens the path, at any instant, sees the old contents or the new ones.</summary>
internal static class AtomicFile
{
    /// <summary>What the path of the temporary file beside the target ends with.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>
    /// Writes a temporary file in the same folder, has it flushed to the disk, and renames it to <paramref name="path"/>.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="bytes">How many bytes <paramref name="write"/> writes: they are reserved first, so that a full disk is found at
    /// once.</param>
    /// <param name="write">Writes the contents.</param>
    /// <exception cref="CheckpointException">The file system refuses; the old file is as it was and the temporary one is gone.</exception>
    /// <remarks>A process that is killed may leave the temporary file, which the next write to the same path takes over.</remarks>
    public static void Write(string path, long bytes, Action<Stream> write)
    {
        string temporary = path + TemporarySuffix;
        bool isOurs = false;
        try
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = 0,
                PreallocationSize = bytes,
            };
            using (FileStream stream = new(temporary, options))
            {
                isOurs = true;
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            if (isOurs)
                Delete(temporary);
            // Once the file is open, any other exception is of what writes its contents.
            if (isOurs ? e is IOException or UnauthorizedAccessException : FileErrors.Has(e))
                throw new CheckpointException(path, $"the file cannot be written: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Deletes a file; one that cannot be deleted must not hide the error that led here.</summary>
    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (FileErrors.Has(e))
        {
        }
    }
}
