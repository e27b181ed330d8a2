namespace MoECompiler;

/// <summary>
/// Makes the class a part that models are composed of: a property of its type is one instance of it, a property of type
/// <c>Layers</c> of it many in a row. The class must be <c>sealed partial</c> and have a <see cref="ForwardAttribute">[Forward]</see>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModuleAttribute : Attribute;
