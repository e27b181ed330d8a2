using System.Buffers.Binary;
using System.IO.Compression;

namespace MoECompiler.Data;

/// <summary>
/// Opens data files, compressed by gzip or not, and turns whatever is wrong with them into a <see cref="DataException"/>.
/// </summary>
internal static class DataFile
{
    /// <summary>The shortest gzip file: a header of 10 bytes, 2 of an empty block, and a trailer of 8.</summary>
    private const int MinimumGzipBytes = 20;

    /// <summary>A byte of deflate's output is at least 1/1032 byte of its input.</summary>
    private const long MaximumRatio = 1032;

    /// <summary>What <paramref name="parse"/> makes of a file's contents, decompressed if they begin as gzip does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Given a stream at its beginning, of known length.</param>
    /// <exception cref="DataException">The file cannot be opened, read or decompressed.</exception>
    public static T Read<T>(string path, Func<Stream, T> parse)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(file, path, parse);
        }
        catch (Exception e) when (FileErrors.Has(e))
        {
            throw new DataException(path, $"the file cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The same for a file that is open and can be sought.</summary>
    internal static T Read<T>(Stream file, string path, Func<Stream, T> parse)
    {
        bool isCompressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return parse(isCompressed ? new MemoryStream(Decompress(file, path)) : file);
    }

    /// <summary>
    /// All bytes of a gzip file, whose last four say how many there are: GZipStream alone takes a truncated file for a shorter one.
    /// </summary>
    private static byte[] Decompress(Stream file, string path)
    {
        if (file.Length < MinimumGzipBytes)
            throw new DataException(
                path, $"expected at least {MinimumGzipBytes} bytes of gzip, found {file.Length}: the file is truncated.");
        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        file.Seek(-trailer.Length, SeekOrigin.End);
        file.ReadExactly(trailer);
        file.Position = 0;
        long length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (length > Math.Min(file.Length * MaximumRatio, Array.MaxLength))
            throw new DataException(
                path, $"the file says it holds {length:N0} bytes, which {file.Length:N0} cannot: it is truncated or has several parts.");

        byte[] bytes = new byte[length];
        try
        {
            using GZipStream gzip = new(file, CompressionMode.Decompress, leaveOpen: true);
            int read = gzip.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < bytes.Length || gzip.ReadByte() >= 0)
            {
                string found = read < bytes.Length ? $"{read:N0}" : "more";
                throw new DataException(
                    path, $"expected {length:N0} bytes decompressed, found {found}: the file is truncated or has several parts.");
            }
            return bytes;
        }
        catch (InvalidDataException e)
        {
            throw new DataException(path, $"the file is damaged, it cannot be decompressed: {e.Message}", e);
        }
    }
}
