namespace MoECompiler;

// Losses, one number a row or an element: .Mean() makes the scalar that a [Loss] returns.
public sealed partial class Tensor
{
    /// <summary>The cross-entropy of each row of logits against its label: log(sum(exp(x))) - x[label].</summary>
    /// <param name="labels">i32[...], the shape without the innermost extent. A row whose label is below 0 counts 0.</param>
    /// <param name="smoothing">The share of the target that is spread evenly over all classes. Source: Szegedy et al., 2015.</param>
    /// <returns>f32[...], the shape of the labels.</returns>
    public Tensor CrossEntropy(Tensor labels, float smoothing = 0f) => throw Declaration.NeverRuns();

    /// <summary>The cross-entropy of each logit against a probability: softplus(x) - x t, which is -t log(s) - (1 - t) log(1 - s), s = sigmoid(x).</summary>
    /// <param name="targets">From 0 to 1; the same shape.</param>
    public Tensor BinaryCrossEntropy(Tensor targets) => throw Declaration.NeverRuns();

    /// <summary>(x - t)^2 of each element.</summary>
    /// <param name="targets">The same shape, or one that broadcasts.</param>
    public Tensor SquaredError(Tensor targets) => throw Declaration.NeverRuns();
}
