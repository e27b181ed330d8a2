namespace MoECompiler.Modules;

/// <summary>Layers in which what a token becomes depends on later tokens of its sequence.</summary>
internal static class WholeSequences
{
    /// <summary>Refuses such a layer where an attention before it sees no later tokens: a model that predicts the next one would be told it.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="what">What it does, such as <c>reads whole sequences</c>.</param>
    /// <exception cref="ShapeError">There is such an attention.</exception>
    public static void Refuse(ModuleContext module, string what)
    {
        if (module.FollowsCausalAttention)
            throw new ShapeError($"{what}, and stands after an attention that sees nothing later: it would tell a token what comes next");
    }
}
