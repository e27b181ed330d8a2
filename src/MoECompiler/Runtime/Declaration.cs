using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>What the bodies of declarations come to: methods that the compiler reads in a Forward or a Loss and that never run.</summary>
internal static class Declaration
{
    public static InvalidOperationException NeverRuns([CallerMemberName] string method = "") => new(
        $"`{method}` on tensors is read by the compiler, never run. To compute, call the model's overload of Forward that takes views.");
}
