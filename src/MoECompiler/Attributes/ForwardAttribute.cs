namespace MoECompiler;

/// <summary>
/// Marks the method that composes the members: it takes tensors, returns a tensor or a tuple of tensors, and is read by the compiler,
/// never run. In a model, the overload that runs is generated beside it and takes views of buffers.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ForwardAttribute : Attribute;
