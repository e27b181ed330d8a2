namespace MoECompiler;

/// <summary>
/// Marks the method that says what training minimizes: it takes the results of <see cref="ForwardAttribute">[Forward]</see> in their
/// order, then any targets, and returns a scalar. The auxiliary losses of the members are added to it.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class LossAttribute : Attribute;
