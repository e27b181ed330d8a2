namespace MoECompiler;

/// <summary>
/// The base of the attributes that declare a model's members: <c>[Linear(In, Out)]</c> stands on a partial property of type
/// <c>Linear</c>. Its integers may be sizes, or be computed from sizes by + - * and /.
/// </summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public abstract class MemberAttribute : Attribute
{
    private protected MemberAttribute()
    {
    }
}
