namespace MoECompiler.Training;

/// <summary>How an optimizer stores what it remembers.</summary>
public enum StateFormat
{
    /// <summary>32-bit floats.</summary>
    Float32,

    /// <summary>
    /// 8 bits an element and one scale for each 256 of them, in parameters of at least 4,096 elements; smaller ones keep 32-bit floats. A step
    /// computes in 32 bits.
    /// </summary>
    /// <remarks>
    /// Source: Dettmers et al., 8-bit Optimizers via Block-wise Quantization, ICLR 2022, with its dynamic map of 256 levels. Running means of
    /// squares are stored as their roots, which have half the range of exponents, and none but 0 is rounded to 0: so no step is divided by too
    /// little.
    /// </remarks>
    Dynamic8,
}
