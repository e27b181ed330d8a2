namespace MoECompiler;

/// <summary>How places are told to queries and keys.</summary>
public enum RotaryKind
{
    /// <summary>They are not.</summary>
    None,

    /// <summary>Column i of a head and the one half a head after it are turned by an angle of their place, as in Hugging Face's models.</summary>
    Halves,

    /// <summary>Columns 2i and 2i + 1 of a head are, as published and in GGUF.</summary>
    Neighbors,
}
