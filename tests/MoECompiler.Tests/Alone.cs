using Xunit;

namespace MoECompiler.Tests;

/// <summary>Tests that count what the whole process allocates: they run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
