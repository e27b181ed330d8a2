using System.ComponentModel;

// Types that the C# compiler looks for and that netstandard2.0 has not. They are written out because a generator of such types may add them
// in another order each time, and then no two builds are equal.

namespace System
{
    /// <summary>A place in a list, counted from its start or from its end: <c>list[^1]</c>.</summary>
    internal readonly struct Index(int value, bool fromEnd = false)
    {
        public int Value { get; } = value;

        public bool IsFromEnd { get; } = fromEnd;

        public static implicit operator Index(int value) => new(value);

        public int GetOffset(int length) => IsFromEnd ? length - Value : Value;
    }

    /// <summary>Some neighbors in a list: <c>list[1..]</c>.</summary>
    internal readonly struct Range(Index start, Index end)
    {
        public static Range All => new(0, new Index(0, fromEnd: true));

        public Index Start { get; } = start;

        public Index End { get; } = end;

        public static Range StartAt(Index start) => new(start, new Index(0, fromEnd: true));

        public static Range EndAt(Index end) => new(0, end);
    }
}

namespace System.Runtime.CompilerServices
{
    /// <summary>What makes a property <c>init</c>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    internal static class IsExternalInit;

    /// <summary>How a collection is made of <c>[a, b]</c>.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
    internal sealed class CollectionBuilderAttribute(Type builderType, string methodName) : Attribute
    {
        public Type BuilderType { get; } = builderType;

        public string MethodName { get; } = methodName;
    }
}
