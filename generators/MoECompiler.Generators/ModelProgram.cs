using MoECompiler.Generators.Lowering;
using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators;

/// <summary>One of the programs that a class has: the declared one, or that of a phase.</summary>
/// <param name="Spec">The class, in the phase.</param>
/// <param name="Declared">What is computed.</param>
internal sealed record ModelProgram(ModelSpec Spec, DeclaredGraphs Declared);
