namespace MoECompiler;

/// <summary>What data says must lie inside a table is checked here: the errors name the value, its position and the bounds.</summary>
internal static unsafe class IndexCheck
{
    /// <summary>The index itself.</summary>
    /// <param name="what">What is counted: <c>row</c>, <c>label</c>, <c>expert</c>.</param>
    /// <param name="index">What must be from 0 to below <paramref name="bound"/>.</param>
    /// <param name="position">Where the index stands among the others.</param>
    /// <param name="bound">How many there are.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static int Within(string what, int index, long position, int bound) =>
        (uint)index < (uint)bound ? index : throw Outside(what, index, position, bound);

    /// <summary>Checks every index of a view before work is shared out, so that the caller's thread throws.</summary>
    /// <inheritdoc cref="Within"/>
    public static void AllWithin(string what, View<int> indices, int bound)
    {
        int* index = indices.Pointer;
        long count = indices.Count;
        for (long i = 0; i < count; i++)
        {
            if ((uint)index[i] >= (uint)bound)
                throw Outside(what, index[i], i, bound);
        }
    }

    /// <summary>The index itself, which may be -1 for none.</summary>
    /// <inheritdoc cref="Within"/>
    public static int WithinOrNone(string what, int index, long position, int bound) =>
        index >= -1 && index < bound ? index : throw OutsideAndNotNone(what, index, position, bound);

    /// <summary>Checks every index of a view, of which -1 stands for none, before work is shared out, so that the caller's thread throws.</summary>
    /// <inheritdoc cref="Within"/>
    public static void AllWithinOrNone(string what, View<int> indices, int bound)
    {
        int* index = indices.Pointer;
        long count = indices.Count;
        for (long i = 0; i < count; i++)
        {
            if (index[i] < -1 || index[i] >= bound)
                throw OutsideAndNotNone(what, index[i], i, bound);
        }
    }

    private static ArgumentException OutsideAndNotNone(string what, int index, long position, int bound) =>
        new($"The {what} at position {position} is {index}; there are {bound}, numbered from 0, and -1 is none.");

    public static ArgumentException Outside(string what, int index, long position, int bound) =>
        new($"The {what} at position {position} is {index}; there are {bound}, numbered from 0.");
}
