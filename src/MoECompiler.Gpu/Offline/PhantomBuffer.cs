namespace MoECompiler;

/// <summary>Memory that is not there, of a device that is not there.</summary>
internal sealed class PhantomBuffer(OfflineDevice device, long bytes) : Buffer(device, bytes)
{
    public override nint Address => throw new NotSupportedException($"{Device.Name} has no memory.");

    internal override bool IsHostVisible => false;

    public override void Read(long offset, Span<byte> destination) => destination.Clear();

    public override void Write(long offset, ReadOnlySpan<byte> source)
    {
    }

    public override void Dispose()
    {
    }
}
