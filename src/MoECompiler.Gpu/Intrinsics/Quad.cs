namespace MoECompiler;

/// <summary>Sixteen bytes that lie on a multiple of sixteen: what a thread reads or writes at once.</summary>
internal readonly struct Quad
{
    public readonly float X, Y, Z, W;
}
