namespace MoECompiler.Training;

/// <summary>Changes trained parameters where they lie. One thread at a time uses it.</summary>
internal abstract class Updater : IDisposable
{
    /// <summary>What no element of a gradient is beyond, once it is scaled; infinity for no bound.</summary>
    public float GradientBound { get; init; } = float.PositiveInfinity;

    /// <summary>
    /// The norm of all gradients together; waits for it. The order of summation is fixed: the bits do not depend on threads.
    /// </summary>
    public abstract double GradientNorm();

    /// <summary>What the next update multiplies each gradient by.</summary>
    public abstract void Scale(double factor);

    /// <summary>
    /// Has the next update divide the gradients by the loss's scale and then scale them down to a norm of at most
    /// <paramref name="maximumNorm"/>, and do nothing at all if a gradient or a metric is not finite. Waits for nothing.
    /// </summary>
    public abstract void Measure(ModelMetrics metrics, double maximumNorm, int lossScale);

    /// <summary>Updates all parameters. Waits for nothing.</summary>
    public abstract void Apply<TRule>(TRule rule) where TRule : unmanaged, IUpdateRule;

    /// <summary>Adds to the gradients' sums, or makes the gradients what the sums come to. Waits for nothing.</summary>
    /// <param name="kept">What the sums so far are multiplied by; with 0 they are not read.</param>
    /// <param name="added">What the gradients are multiplied by.</param>
    /// <param name="isLast">Whether the result goes to the gradients, not to the sums.</param>
    public abstract void Accumulate(float kept, float added, bool isLast);

    /// <summary>Moves all parameters along random directions. Waits for nothing.</summary>
    public abstract void Perturb(Perturbation perturbation);

    /// <summary>What <see cref="Measure"/> found; waits for it, and has the metrics where the host reads them.</summary>
    /// <returns>The norm without the loss's scale, before it was scaled down, and whether all was finite.</returns>
    public abstract (double Norm, bool IsFinite) Finish(ModelMetrics metrics);

    public abstract void Dispose();
}
