namespace MoECompiler;

/// <summary>What the elements of a tensor at a model's boundary are.</summary>
public enum ElementType
{
    /// <summary>32-bit IEEE float: <c>View&lt;float&gt;</c>.</summary>
    Float32,

    /// <summary>32-bit signed integer: <c>View&lt;int&gt;</c>.</summary>
    Int32,
}
