using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>A number that training and evaluation report of a router. A kind is one class in this folder and a word in <see cref="RouterPartKinds"/>.</summary>
internal abstract class RouterMeasure
{
    /// <summary>What it is reported as.</summary>
    public abstract string Metric { get; }

    /// <summary>Whether the layer reports it, the same in training and outside of it.</summary>
    public abstract bool IsOf(ModuleContext module);

    /// <summary>f32[].</summary>
    public abstract Value Lower(ModuleContext module, RouterInput input, Routed routed);
}
