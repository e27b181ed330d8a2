namespace MoECompiler;

/// <summary>
/// What a model's matrices are stored in: the weights of Linear, of convolutions and of experts, and the tables of Embedding. What such a
/// matrix is multiplied by is rounded to the same type, to nearest, ties to even; sums are always 32 bits wide, and so are routers, gates,
/// biases, norms and gradients. An optimizer keeps a 32-bit copy of each matrix, so that small steps are not lost. In 4 bits matrices are as they
/// are loaded, and what trains is beside them.
/// </summary>
public enum Precision
{
    /// <summary>32-bit IEEE float.</summary>
    Float32,

    /// <summary>The upper half of a 32-bit float: its range, and 3 decimal digits. See <see cref="BFloat16"/>.</summary>
    BFloat16,

    /// <summary>16-bit IEEE float: 4 decimal digits, up to 65504. See <see cref="Half"/>.</summary>
    Float16,

    /// <summary>
    /// 4 bits, QLoRA's NormalFloat: 4.127 bits a weight with its constants, for members marked [Frozen] and the adapters of the model. Tables and the
    /// weights of convolutions have 32.
    /// </summary>
    Nf4,
}
