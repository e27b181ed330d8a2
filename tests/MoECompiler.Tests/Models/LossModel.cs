namespace MoECompiler.Tests.Models;

/// <summary>One policy under all losses at once: of preferences, of actions and their values, of classes that count unlike.</summary>
[Model]
public sealed partial class LossModel
{
    [Size] public const int Columns = 6, Actions = 5;

    [Linear(Columns, Actions)]
    public partial Linear Policy { get; }

    [Linear(Columns, 1)]
    public partial Linear Critic { get; }

    [Forward]
    public (Tensor Logits, Tensor Value) Forward(Tensor x) => (Policy.Forward(x), Critic.Forward(x).Squeeze(1));

    [Loss]
    public Tensor Loss(
        Tensor logits, Tensor value, Tensor labels, Tensor others, Tensor weights, Tensor reference, Tensor referenceOthers, Tensor advantages, Tensor old,
        Tensor oldValues, Tensor returns, Tensor referenceLogits)
    {
        Tensor chosen = logits.LogProbability(labels);
        Tensor rejected = logits.LogProbability(others);
        Tensor preferences = chosen.DirectPreferenceLoss(rejected, reference, referenceOthers, beta: 0.3f).Mean()
            + chosen.DirectPreferenceLoss(rejected, reference, referenceOthers, smoothing: 0.1f).Mean()
            + 0.1f * chosen.OddsRatioLoss(rejected).Mean();
        Tensor classes = logits.CrossEntropy(labels, weights, smoothing: 0.1f).Mean() + logits.FocalLoss(labels).Mean() + logits.FocalLoss(others, gamma: 1.5f, alpha: 0.25f).Mean();
        Tensor actions = chosen.PolicyLoss(old, advantages).Mean() + 0.5f * value.ValueLoss(oldValues, returns).Mean() - 0.01f * logits.Entropy().Mean();
        Tensor distances = 0.2f * logits.KlDivergence(referenceLogits).Mean() + 0.1f * chosen.KlEstimate(reference).Mean()
            + logits.DistillationLoss(labels, referenceLogits).Mean() + logits.DistillationLoss(others, referenceLogits, share: 0.5f, temperature: 2f).Mean();
        return preferences + classes + actions + distances;
    }
}
