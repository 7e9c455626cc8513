using System.Globalization;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments;

/// <summary>
/// What is handed to a cluster: a list of trials that are missing, kept beside the results. Each task does its share of the list, less what is done
/// by then; so all tasks together are the list, whenever each begins and however often it is begun.
/// </summary>
public sealed class Submission
{
    private const string ListFile = "trials.txt";
    private const string Root = "submissions";

    private Submission(ResultsFolder results, string name, IReadOnlyList<string> identities) =>
        (Name, Folder, Identities) = (name, Path.Combine(results.Path, Root, name), identities);

    /// <summary>Its name: when it was made.</summary>
    public string Name { get; }

    /// <summary>Full path of its folder: list, script, logs.</summary>
    public string Folder { get; }

    /// <summary>Identities of its trials.</summary>
    public IReadOnlyList<string> Identities { get; }

    /// <summary>Keeps a list of trials.</summary>
    /// <param name="results">The folder of results.</param>
    /// <param name="trials">The trials; at least one.</param>
    /// <returns>The submission.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static Submission Create(ResultsFolder results, IReadOnlyList<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentOutOfRangeException.ThrowIfZero(trials.Count);
        string now = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture), name = now;
        for (int again = 2; Directory.Exists(Path.Combine(results.Path, Root, name)); again++)
            name = string.Create(CultureInfo.InvariantCulture, $"{now}-{again}");
        Submission submission = new(results, name, [.. trials.Select(trial => trial.Identity)]);
        Directory.CreateDirectory(submission.Folder);
        SafeFile.WriteText(Path.Combine(submission.Folder, ListFile), string.Concat(submission.Identities.Select(identity => identity + "\n")));
        return submission;
    }

    /// <summary>Reads a list that was kept.</summary>
    /// <param name="results">The folder of results.</param>
    /// <param name="name">The submission's name.</param>
    /// <returns>The submission.</returns>
    /// <exception cref="FileNotFoundException">There is none of this name.</exception>
    public static Submission Read(ResultsFolder results, string name)
    {
        ArgumentNullException.ThrowIfNull(results);
        string file = Path.Combine(results.Path, Root, name, ListFile);
        return File.Exists(file) ? new(results, name, File.ReadAllLines(file)) : throw new FileNotFoundException($"there is no submission {name} in {results.Path}: {file} is missing", file);
    }

    /// <summary>Its trials among those of an experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <returns>The trials, in the list's order.</returns>
    /// <exception cref="InvalidDataException">A trial of the list is none of the experiment's: grid file or data have changed since.</exception>
    public IReadOnlyList<Trial> Of(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        Dictionary<string, Trial> known = experiment.Trials.ToDictionary(trial => trial.Identity);
        return [.. Identities.Select(identity => known.GetValueOrDefault(identity) ?? throw new InvalidDataException(
            $"the submission {Name} lists the trial {identity}, which {experiment.Grid.Document.Place.File} does not have: the grid or its data have changed since; submit again"))];
    }
}
