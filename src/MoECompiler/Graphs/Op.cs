namespace MoECompiler.Graphs;

/// <summary>
/// What a node computes. An op is an immutable record whose properties are its attributes; its folder under <c>Ops</c> holds the shape
/// rule and the gradient rule (this class), the definition in double precision (<c>X.Reference.cs</c>) and the kernels (<c>X.Cpu.cs</c>).
/// </summary>
public abstract record Op
{
    /// <summary>The op's name: in printed graphs, and of its kernel.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>The attributes as named C# arguments, such as <c>TransposeB: true</c>: printed in graphs and in emitted calls.</summary>
    public virtual string Arguments => "";

    /// <summary>The attributes that the kernel takes after its views: those that the views' extents do not tell.</summary>
    public virtual string KernelArguments => Arguments;

    /// <summary>The sizes that the kernel's call mentions beside the extents of its views: those in <see cref="KernelArguments"/> and in formulas.</summary>
    public virtual IEnumerable<Size> KernelSizes => [];

    /// <summary>The op as C# that makes it, for the emitted graph that <c>model.Reference</c> runs.</summary>
    public virtual string Construction => $"new {GetType().Name}({Arguments})";

    /// <summary>The types of the results.</summary>
    /// <exception cref="ShapeError">The operands do not fit together.</exception>
    public abstract EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands);

    /// <summary>
    /// The gradient with respect to each operand, null where there is none. <paramref name="upstream"/> has the gradient with respect to
    /// each result, null for a result that the loss does not depend on; at least one is not null.
    /// </summary>
    public virtual EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) => throw new NoGradientError(Name);

    /// <summary>Whether a gradient flows back through this op at all: false for what only makes indices or random numbers.</summary>
    public virtual bool IsDifferentiable => true;

    /// <summary>The results share the memory of the first operand: no kernel runs.</summary>
    public virtual bool IsAlias => false;

    /// <summary>The element of the first operand that result <paramref name="result"/> of an alias begins with.</summary>
    public virtual Size AliasStart(EquatableArray<TensorType> operands, int result) => Size.Zero;

    /// <summary>Draws random numbers: the kernel is given the seed and the step.</summary>
    public virtual bool IsRandom => false;

    /// <summary>Floating-point operations, a fused multiply-add counted as two.</summary>
    public virtual Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => Size.Zero;
}
