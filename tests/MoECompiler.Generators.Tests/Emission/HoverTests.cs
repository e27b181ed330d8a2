using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>What an IDE shows of a model: the text over a name, and where its definition is.</summary>
public sealed class HoverTests
{
    private const string Source = """
        [Model]
        public sealed partial class Net
        {
            [Size] public const int Width = 4, Classes = 3;

            [Linear(Width, Classes)]
            public partial Linear Head { get; }

            /// <summary>What keeps it honest.</summary>
            [RoutedExperts(Width, 5, 2, 6)]
            public partial RoutedExperts First { get; }

            [Forward]
            public Tensor Forward(Tensor x) => Head.Forward(First.Forward(x));

            [Loss]
            public Tensor Loss(Tensor y, Tensor labels) => y.CrossEntropy(labels).Mean();
        }
        """;

    private static readonly INamedTypeSymbol s_net = GeneratorRun.Of(Source).Output.GetTypeByMetadataName("Net")!;

    [Fact]
    public void Member_ShowsShapesAndCountOfItsParameters()
    {
        IPropertySymbol head = Property("Head");
        Assert.Contains("15 parameters at the default sizes: Weight f32[Classes, Width], Bias f32[Classes].", head.GetDocumentationCommentXml());
        Assert.Contains("260 parameters at the default sizes: Router f32[5, Width], Up f32[5, 6, Width], Down f32[5, Width, 6].", Property("First").GetDocumentationCommentXml());
    }

    [Fact]
    public void Member_WithATextOfItsOwn_ShowsThatToo() => Assert.Contains("What keeps it honest.", Property("First").GetDocumentationCommentXml());

    [Fact]
    public void Member_HasItsImplementationInTheEmittedFile() => Assert.EndsWith(
        "Net.Model.g.cs", Property("Head").PartialImplementationPart!.Locations.Single().SourceTree!.FilePath, StringComparison.Ordinal);

    [Fact]
    public void Forward_ShowsTheShapesOfItsViews_AndIsInTheEmittedFile()
    {
        IMethodSymbol forward = s_net.GetMembers("Forward").OfType<IMethodSymbol>().Single(static m => m.Parameters.Length == 2);
        string text = forward.GetDocumentationCommentXml()!;
        Assert.Contains("""<param name="x">f32[B, Width].""", text);
        Assert.Contains("f32[B, Classes]; overwritten.", text);
        Assert.EndsWith("Net.Forward.g.cs", forward.Locations.Single().SourceTree!.FilePath, StringComparison.Ordinal);
    }

    private static IPropertySymbol Property(string name) => s_net.GetMembers(name).OfType<IPropertySymbol>().Single();
}
