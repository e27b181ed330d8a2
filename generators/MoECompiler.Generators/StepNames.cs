namespace MoECompiler.Generators;

/// <summary>The steps of the pipeline, by which tests watch what an edit runs again.</summary>
internal static class StepNames
{
    public const string Parse = nameof(Parse);
    public const string Declare = nameof(Declare);
    public const string Compile = nameof(Compile);
    public const string Emit = nameof(Emit);
    public const string ParseModule = nameof(ParseModule);
    public const string EmitModule = nameof(EmitModule);
    public const string ParseAdapter = nameof(ParseAdapter);
    public const string CompileAdapter = nameof(CompileAdapter);
    public const string EmitAdapter = nameof(EmitAdapter);
    public const string Gpu = nameof(Gpu);
}
