namespace MoECompiler.Graphs;

/// <summary>The element type of a value in the graph.</summary>
public enum DType
{
    /// <summary>32-bit IEEE float.</summary>
    F32,

    /// <summary>32-bit signed integer: token ids, labels, expert indices, offsets.</summary>
    I32,
}
