namespace BioLearn.Experiments;

/// <summary>
/// One trial of an experiment: its properties are the settings that a grid file gives (a learning rate, a rule, a data source), and
/// <see cref="Run"/> does the work. The same settings, seed and data give the same records, bit for bit, on any number of threads.
/// </summary>
/// <remarks>
/// Properties with an <c>init</c> or <c>set</c> accessor are settings; their names in a grid file are in lower case with hyphens
/// (<c>learning-rate</c>). A property that is not set keeps the value that the class gives it. A run has as many trials at work as it has workers, by default one a
/// processor: a trial that uses threads of its own takes them from the others.
/// </remarks>
public interface ITrial
{
    /// <summary>
    /// Refuses settings that are out of range or do not go together, before any trial of the grid runs: called with every combination of settings, and with data of which
    /// only the checksum may be known. A trial that has nothing to say says nothing.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is wrong; the parameter's name is the property's, so that the message has the line of the grid file.</exception>
    void Check()
    {
    }

    /// <summary>Runs to the end.</summary>
    /// <param name="context">Where numbers are drawn from, rows are written to, and a cancellation is heard.</param>
    /// <exception cref="OperationCanceledException">The context's token was cancelled.</exception>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    void Run(TrialContext context);
}
