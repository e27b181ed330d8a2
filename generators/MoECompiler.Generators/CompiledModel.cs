namespace MoECompiler.Generators;

/// <summary>What became of a model: its files, and what is to be said about it. Compared by value, so that equal output stops the pipeline.</summary>
/// <param name="Files">In a fixed order; none if there was an error.</param>
/// <param name="Diagnostics">Errors, warnings and notes.</param>
internal sealed record CompiledModel(EquatableArray<SourceFile> Files, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>An emitted file.</summary>
internal sealed record SourceFile(string HintName, string Text);

/// <summary>A diagnostic without a location: <paramref name="Span"/> is an index into the locations that travel beside the model's spec.</summary>
internal sealed record DiagnosticInfo(string Id, int Span, EquatableArray<string> Arguments);
