namespace MoECompiler;

/// <summary>An extent, a rank or an element type is not what the callee takes; the message names the expected and the found.</summary>
public sealed class ShapeException(string message) : ArgumentException(message);
