namespace BioLearn.Cli.Terminal;

/// <summary>What the tool tells the shell.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The work could not be done: a disk is full, a model is damaged.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong: an unknown option, a missing file.</summary>
    public const int Usage = 2;

    /// <summary>The work is done except for some inputs, which are listed.</summary>
    public const int SomeFailed = 3;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT); the same command goes on where it stopped.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by a request to end (128 + SIGTERM).</summary>
    public const int Terminated = 143;
}
