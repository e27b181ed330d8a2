namespace MoECompiler;

internal static class ArrayViews
{
    /// <summary>Some of a view's elements; of none ILGPU would ask where they begin.</summary>
    public static ArrayView<T> Part<T>(this ArrayView<T> view, long start, long count) where T : unmanaged =>
        count == 0 ? ArrayView<T>.Empty : view.SubView(start, count);
}
