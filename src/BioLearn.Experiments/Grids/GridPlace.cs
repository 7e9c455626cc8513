namespace BioLearn.Experiments.Grids;

/// <summary>Where something stands in a grid file.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Line">The line, from 1.</param>
public readonly record struct GridPlace(string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}, line {Line}";

    /// <summary>What is wrong at this place, as the exception that the reader of the file sees.</summary>
    /// <param name="problem">What is wrong, and what was expected.</param>
    /// <returns>The exception.</returns>
    public InvalidDataException Error(string problem) => new($"{this}: {problem}");
}
