namespace BioLearn.Cli.Terminal;

/// <summary>The command line asks for something that cannot be: the message names the option and says what is expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
