namespace MoECompiler.Training;

/// <summary>Gets each gradient of a step as it is made; see <see cref="ModelAttribute.FusedUpdate"/>.</summary>
internal interface IGradientConsumer
{
    /// <summary>The parameter has its gradient until this returns, and nothing of the step reads its value any more.</summary>
    void Use(Parameter parameter);
}
