using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Cli.Drawing;

/// <summary>The colors of a picture.</summary>
internal static class Palette
{
    public const string Ink = "#1f2933";
    public const string Faint = "#7b8794";
    public const string Border = "#9aa5b1";
    public const string Line = "#616e7c";
    public const string IndexLine = "#c26a1b";
    public const string Weight = "#2f7d4f";
    public const string Ground = "#ffffff";
    public const string Given = "#e4e7eb";
    public const string Outside = "#cbd2d9";

    private static readonly string[] s_slots =
    [
        "#f7b2ad", "#a9d6e5", "#f9dc5c", "#b7e4c7", "#d7bde2", "#fbc490", "#9fd3c7", "#f4a6c6", "#c5d86d", "#aab6e8", "#e0c9a6", "#8ecae6", "#ffd6a5", "#cdb4db", "#95d5b2", "#e5989b",
    ];

    /// <summary>What the colors of boxes mean.</summary>
    public static IReadOnlyList<(string Color, string Meaning)> Kinds { get; } =
        [("#bcd4f6", "product"), ("#c9ecd0", "formula"), ("#fbdcb8", "by indices"), ("#e2d3f4", "other"), ("#f0f4f8", "loop"), (Ground, "no kernel")];

    /// <summary>The color of a step.</summary>
    public static string Of(Node step) => Kinds[step.Op switch
    {
        { IsAlias: true } => 5,
        Repeat => 4,
        IFusesEpilogue => 0,
        Elementwise => 1,
        _ when step.Results.Concat(step.Operands).Any(static v => v.Type.Type == DType.I32) => 2,
        _ => 3,
    }].Color;

    /// <summary>The color of a slot of the arena; those far apart may share one.</summary>
    public static string OfSlot(int slot) => s_slots[slot % s_slots.Length];
}
