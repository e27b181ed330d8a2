namespace MoECompiler.Checkpoints;

/// <summary>Reads small files whole, and refuses to read large ones.</summary>
internal static class BoundedFile
{
    /// <exception cref="CheckpointException">The file cannot be read or has more than <paramref name="maximumBytes"/>.</exception>
    public static byte[] Read(string path, int maximumBytes)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (stream.Length > maximumBytes)
                throw new CheckpointException(path, $"expected at most {maximumBytes:N0} bytes, found {stream.Length:N0}.");
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (FileErrors.Has(e))
        {
            throw new CheckpointException(path, $"the file cannot be read: {e.Message}", e);
        }
    }
}
