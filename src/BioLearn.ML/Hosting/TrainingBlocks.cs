namespace BioLearn.ML.Hosting;

/// <summary>More rows than are held in memory: they are read anew in every pass, a block at a time.</summary>
/// <param name="Read">One pass.</param>
/// <param name="RowCount">Rows of a pass.</param>
internal sealed record TrainingBlocks(Func<IEnumerable<TrainingData>> Read, long RowCount)
{
    /// <summary>The same rows with the binary question whether a row is of class <paramref name="positive"/>.</summary>
    public TrainingBlocks AgainstOthers(int positive) => this with { Read = () => Read().Select(block => block.AgainstOthers(positive)) };
}
