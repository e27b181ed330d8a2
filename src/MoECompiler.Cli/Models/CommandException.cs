namespace MoECompiler.Cli;

/// <summary>The command cannot do what it was asked; the message says why and what would help.</summary>
internal sealed class CommandException(string message) : Exception(message);
