using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>A term that a router adds to the loss. A kind is one class in this folder and a word in <see cref="RouterPartKinds"/>.</summary>
internal abstract class RouterLoss
{
    /// <summary>The option of the attribute that is its coefficient.</summary>
    public abstract string Argument { get; }

    /// <summary>What it is reported as.</summary>
    public abstract string Metric { get; }

    /// <summary>Other options of the attribute that only this term reads.</summary>
    public virtual IReadOnlyList<string> Options => [];

    /// <summary>Whether it reads the router's scores, which a router that does not judge has not.</summary>
    public virtual bool NeedsScores => true;

    /// <summary>Whether it reads what each token chose, which is nothing where experts choose.</summary>
    public virtual bool NeedsChoice => false;

    /// <summary>Whether it evens the load out, and so teaches a router that nothing else teaches.</summary>
    public virtual bool IsBalance => NeedsChoice;

    /// <summary>f32[], before the coefficient.</summary>
    public abstract Value Lower(ModuleContext module, RouterInput input, Routed routed);
}
