namespace MoECompiler.Generators.Tests.Diagnostics;

/// <summary>Source that has one diagnostic.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Message">Its message.</param>
/// <param name="Source">The source, with its place between [| and |].</param>
/// <param name="CSharp">The errors that C# has to add; none where the generator can keep them away.</param>
public sealed record DiagnosticCase(string Id, string Message, string Source, params string[] CSharp)
{
    public override string ToString() => $"{Id}: {Message}";

    /// <summary>A model with one member, and more.</summary>
    public static string Model(string members) => $$"""
        namespace App;

        [Model]
        public sealed partial class Net
        {
            [Size] public const int Width = 8;
            public const int Half = Width / 2;
            public const bool Deep = true;

            [Linear(Width, Width)]
            public partial Linear Stem { get; }

        {{members}}
        }
        """;

    /// <summary>A model whose Forward has these statements.</summary>
    public static string Forward(string statements, string members = "") => Model($$"""
        {{members}}

            [Forward]
            public Tensor Forward(Tensor x)
            {
                x = Stem.Forward(x);
        {{statements}}
            }
        """);

    /// <summary>A model with one more member, which its Forward uses.</summary>
    public static string Member(string member, string more = "") => $$"""
        namespace App;

        [Model]
        public sealed partial class Net
        {
            [Size] public const int Width = 8, Experts = 4;

            {{member}}

            [Forward]
            public Tensor Forward([Shape("B", Width)] Tensor x, [Shape("B", Experts)] Tensor y) => Part.Forward(x) + y.Mean();
        }
        {{more}}
        """;
}
