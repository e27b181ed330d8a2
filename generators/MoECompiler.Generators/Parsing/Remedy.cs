using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MoECompiler.Generators.Parsing;

/// <summary>What to write instead of something that cannot be part of a graph.</summary>
internal static class Remedy
{
    /// <summary>Begins with a semicolon; empty where there is nothing to advise.</summary>
    public static string For(IOperation operation) => operation switch
    {
        IInvocationOperation { Instance: { } instance }
            when instance.Unwrap() is IPropertyReferenceOperation { Instance: not (null or IInstanceReferenceOperation) } =>
            "; call the Forward of the module itself, which may take and return several tensors",
        IInvocationOperation { TargetMethod.Name: "Forward" or "Loss" } => "; put what both need into a method of its own",
        IInvocationOperation => "; call the methods of Tensor, the Forward of a member, or a method of this class",
        IFieldReferenceOperation or IPropertyReferenceOperation => "; pass tensors as parameters, and read numbers from constants",
        ILocalFunctionOperation => "; make it a method of the class",
        ISwitchOperation or ISwitchExpressionOperation => "; choose with `if` on a constant",
        IAnonymousFunctionOperation or IDelegateCreationOperation => "; write out what it does",
        IConditionalAccessOperation or ICoalesceOperation or ICoalesceAssignmentOperation => "; no member and no tensor is ever null",
        IAssignmentOperation => "; give it a statement of its own",
        _ => "",
    };
}
