namespace MoECompiler;

// Losses, one number a row or an element: .Mean() makes the scalar that a [Loss] returns.
public sealed partial class Tensor
{
    /// <summary>The cross-entropy of each row of logits against its label: log(sum(exp(x))) - x[label].</summary>
    /// <param name="labels">i32[...], the shape without the innermost extent. A row whose label is below 0 counts 0.</param>
    /// <param name="smoothing">The share of the target that is spread evenly over all classes. Source: Szegedy et al., 2015.</param>
    /// <returns>f32[...], the shape of the labels.</returns>
    public Tensor CrossEntropy(Tensor labels, float smoothing = 0f) => throw Declaration.NeverRuns();

    /// <summary>The cross-entropy of each row of logits against its label, times the row's weight.</summary>
    /// <param name="labels">i32[...], the shape without the innermost extent. A row whose label is below 0 counts 0.</param>
    /// <param name="weights">f32[...], the shape of the labels: of <see cref="Data.ClassWeights"/>, or what a mistake costs. They get no gradient.</param>
    /// <param name="smoothing">The share of the target that is spread evenly over all classes.</param>
    /// <returns>f32[...], the shape of the labels. Divided by the weights' sum instead of the rows, it is PyTorch's weighted mean.</returns>
    public Tensor CrossEntropy(Tensor labels, Tensor weights, float smoothing = 0f) => throw Declaration.NeverRuns();

    /// <summary>alpha (1 - p)^gamma (-log p), p the softmax's share of the label: rows that are learned already count little.</summary>
    /// <param name="labels">i32[...], the shape without the innermost extent. A row whose label is below 0 counts 0.</param>
    /// <param name="gamma">How little; 0 is the cross-entropy.</param>
    /// <param name="alpha">A factor of all rows.</param>
    /// <returns>f32[...], the shape of the labels. Source: Lin et al., Focal Loss for Dense Object Detection, ICCV 2017.</returns>
    public Tensor FocalLoss(Tensor labels, float gamma = 2f, float alpha = 1f) => throw Declaration.NeverRuns();

    /// <summary>The logarithm of the softmax's share of each row's label: x[label] - log(sum(exp(x))).</summary>
    /// <param name="labels">i32[...], the shape without the innermost extent. Of a label below 0 it is 0: it adds nothing to a sum over a text.</param>
    /// <returns>f32[...], the shape of the labels.</returns>
    public Tensor LogProbability(Tensor labels) => throw Declaration.NeverRuns();

    /// <summary>The cross-entropy of each logit against a probability: softplus(x) - x t, which is -t log(s) - (1 - t) log(1 - s), s = sigmoid(x).</summary>
    /// <param name="targets">From 0 to 1; the same shape.</param>
    public Tensor BinaryCrossEntropy(Tensor targets) => throw Declaration.NeverRuns();

    /// <summary>(x - t)^2 of each element.</summary>
    /// <param name="targets">The same shape, or one that broadcasts.</param>
    public Tensor SquaredError(Tensor targets) => throw Declaration.NeverRuns();

    /// <summary>
    /// Direct preference optimization, of log-probabilities of whole answers: -log sigmoid(beta d), with
    /// d = (chosen - reference) - (rejected - referenceRejected).
    /// </summary>
    /// <param name="rejected">Of the answer that was not preferred, by this model; the shape of this.</param>
    /// <param name="reference">Of the preferred answer, by the model that the training began with: computed once, a column of the data.</param>
    /// <param name="referenceRejected">Of the answer that was not preferred, by that model.</param>
    /// <param name="beta">How strongly the model is held to the reference.</param>
    /// <param name="smoothing">How many of the preferences are taken to be wrong. Source: Mitchell, A Note on DPO with Noisy Preferences, 2023.</param>
    /// <returns>The same shape. Source: Rafailov et al., Direct Preference Optimization, NeurIPS 2023.</returns>
    public Tensor DirectPreferenceLoss(Tensor rejected, Tensor reference, Tensor referenceRejected, float beta = 0.1f, float smoothing = 0f)
        => throw Declaration.NeverRuns();

    /// <summary>
    /// The odds-ratio term of ORPO, of mean log-probabilities of answers: -log sigmoid(log(odds(chosen) / odds(rejected))),
    /// odds = P / (1 - P), P = exp(x). It is added to the cross-entropy of the chosen answer, times 0.1 or so.
    /// </summary>
    /// <param name="rejected">Of the answer that was not preferred; the shape of this.</param>
    /// <returns>The same shape. Source: Hong et al., ORPO: Monolithic Preference Optimization without Reference Model, EMNLP 2024.</returns>
    public Tensor OddsRatioLoss(Tensor rejected) => throw Declaration.NeverRuns();

    /// <summary>The clipped loss of PPO, of log-probabilities of actions: -min(r A, min(max(r, 1 - clip), 1 + clip) A), r = exp(x - old).</summary>
    /// <param name="old">Of the policy that acted; the same shape.</param>
    /// <param name="advantages">How much better the actions were than expected, see <see cref="Training.Advantages"/>; the same shape.</param>
    /// <param name="clip">How far the policy may move with gain.</param>
    /// <returns>The same shape. Source: Schulman et al., Proximal Policy Optimization Algorithms, 2017.</returns>
    public Tensor PolicyLoss(Tensor old, Tensor advantages, float clip = 0.2f) => throw Declaration.NeverRuns();

    /// <summary>PPO's loss of predicted values: max((x - R)^2, (x' - R)^2), x' = old + min(max(x - old, -clip), clip).</summary>
    /// <param name="old">What was predicted when the policy acted; the same shape.</param>
    /// <param name="returns">What came; the same shape.</param>
    /// <param name="clip">How far a prediction may move with gain.</param>
    public Tensor ValueLoss(Tensor old, Tensor returns, float clip = 0.2f) => throw Declaration.NeverRuns();

    /// <summary>
    /// (1 - share) CE(x, label) + share t^2 KL(softmax(teacher / t), softmax(x / t)): what a small model learns from a large one. f32[..., C] gives f32[...].
    /// Sources: Hinton et al., 2015; with these numbers, Fedus et al., Switch Transformers, JMLR 2022.
    /// </summary>
    /// <param name="labels">i32[...].</param>
    /// <param name="teacher">The logits of the teacher; the same shape.</param>
    /// <param name="share">How much the teacher counts beside the label.</param>
    /// <param name="temperature">What both logits are divided by.</param>
    public Tensor DistillationLoss(Tensor labels, Tensor teacher, float share = 0.25f, float temperature = 1f) => throw Declaration.NeverRuns();

    /// <summary>-sum(p log p) of each row of logits, p its softmax. f32[..., C] gives f32[...].</summary>
    public Tensor Entropy() => throw Declaration.NeverRuns();

    /// <summary>sum(p (log p - log q)) of each row of logits, p its softmax and q that of the others. f32[..., C] gives f32[...].</summary>
    /// <param name="others">The same shape.</param>
    public Tensor KlDivergence(Tensor others) => throw Declaration.NeverRuns();

    /// <summary>
    /// exp(d) - d - 1 with d = reference - x, of log-probabilities of what the model drew: never negative, and on average the divergence from
    /// the reference. Source: Schulman, Approximating KL Divergence, 2020.
    /// </summary>
    /// <param name="reference">Of the same by the reference; the same shape.</param>
    public Tensor KlEstimate(Tensor reference) => throw Declaration.NeverRuns();
}
