namespace MoECompiler;

/// <summary>
/// Makes the compiler read the class as a model: its partial properties are the members, its <see cref="ForwardAttribute">[Forward]</see>
/// the computation, its <see cref="LossAttribute">[Loss]</see> what training minimizes. The class must be <c>sealed partial</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute
{
    /// <summary>What the matrices are stored in; by default 32 bits.</summary>
    public Precision Precision { get; set; }

    /// <summary>
    /// A training step hands each gradient over to the optimizer as soon as it is made and nothing reads the weight any more: the next gradients take its
    /// memory. A step is of one batch then, and a bound of the gradients' norm takes a second backward pass.
    /// </summary>
    public bool FusedUpdate { get; set; }
}
