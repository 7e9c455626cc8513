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
    /// <summary>Runs to the end.</summary>
    /// <param name="context">Where numbers are drawn from, rows are written to, and a cancellation is heard.</param>
    /// <exception cref="OperationCanceledException">The context's token was cancelled.</exception>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    void Run(TrialContext context);
}
