namespace MoECompiler;

/// <summary>Matrices in 4 bits.</summary>
public abstract partial class GpuDevice
{
    private View<float> _nf4Tables;
    private bool _hasNf4Tables;

    /// <summary>What codes stand for: sixteen levels of elements, then 256 of constants. Kernels take it with <see cref="Words"/>.</summary>
    public ArrayView<float> Nf4Tables
    {
        get
        {
            if (!_hasNf4Tables)
            {
                Extents extents = new(Nf4.Tables.Length);
                _nf4Tables = Allocate(extents.Count * sizeof(float)).View<float>(extents);
                _nf4Tables.CopyFrom(Nf4.Tables);
                _hasNf4Tables = true;
            }
            return Array(_nf4Tables);
        }
    }

    /// <summary>The words of matrices, as <see cref="Nf4Lines"/> reads them.</summary>
    /// <exception cref="ArgumentException">The view lies on another device.</exception>
    public ArrayView<int> Words(Nf4View view) => Array(new View<int>(view.Buffer, view.Offset, new Extents(checked((int)(view.Bytes / sizeof(int))))));
}
