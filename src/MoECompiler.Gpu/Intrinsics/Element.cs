namespace MoECompiler;

/// <summary>What a thread is where each thread has an element.</summary>
internal static class Element
{
    /// <summary>The element of this thread; the last group may reach past the last one.</summary>
    public static uint Index => (uint)Grid.IdxX * (uint)Group.DimX + (uint)Group.IdxX;
}
