using System.IO.MemoryMappedFiles;

namespace MoECompiler;

/// <summary>
/// Zeroed memory that is a file: the system writes it out and reads it again as it needs memory for something else. On Unix the file has no name
/// from the beginning, so that whoever kills the process leaves nothing.
/// </summary>
internal sealed unsafe class MappedBuffer : Buffer
{
    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _memory;

    /// <exception cref="IOException">The folder takes no file of so many bytes.</exception>
    public MappedBuffer(Device device, long bytes, string folder) : base(device, bytes)
    {
        long length = Math.Max(bytes, 1);
        try
        {
            string path = Path.Combine(folder, $"moe-{Path.GetRandomFileName()}.state");
            // All blocks are taken now: a disk that is full later would end the process when it writes to memory.
            _file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read,
                PreallocationSize = length,
                Options = FileOptions.DeleteOnClose,
                BufferSize = 0,
            });
            try
            {
                if (!OperatingSystem.IsWindows())
                    File.Delete(path);
                _map = MemoryMappedFile.CreateFromFile(_file, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
                _view = _map.CreateViewAccessor(0, length);
            }
            catch
            {
                _map?.Dispose();
                _file.Dispose();
                throw;
            }
        }
        catch (Exception error) when (FileErrors.Has(error))
        {
            throw new IOException($"The folder '{folder}' takes no file of {length:N0} bytes: {error.Message}", error);
        }
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _memory);
    }

    ~MappedBuffer() => Free();

    public override nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return (nint)_memory;
        }
    }

    public override void Read(long offset, Span<byte> destination)
    {
        Require(offset, destination.Length);
        new ReadOnlySpan<byte>((void*)(Address + (nint)offset), destination.Length).CopyTo(destination);
    }

    public override void Write(long offset, ReadOnlySpan<byte> source)
    {
        Require(offset, source.Length);
        source.CopyTo(new Span<byte>((void*)(Address + (nint)offset), source.Length));
    }

    public override void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_memory is null)
            return;
        _memory = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        // Before the accessor, which would write to the disk what nobody reads again.
        _view.SafeMemoryMappedViewHandle.Dispose();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }
}
