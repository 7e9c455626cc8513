using System.IO.Enumeration;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments;

/// <summary>
/// A folder of results, the only thing that knows what is done: a trial is done if its result file is there and its checksum fits. No locks, no
/// queues: any number of processes on any machines may write in it, since two that do the same trial write the same bytes.
/// </summary>
/// <remarks>
/// <c>trials/</c> holds a file a trial, in subfolders by the first two digits of its identity; its bytes follow from the trial alone.
/// <c>grids/</c> the grid files, <c>failures/</c> a file for each trial that threw, <c>checkpoints/</c> where long trials go on from,
/// <c>journals/</c> a file a process: program, machine, seconds, and <c>defaults/</c> what settings were that grid files do not give.
/// </remarks>
public sealed class ResultsFolder
{
    private const string Trials = "trials";

    /// <summary>Names a folder; nothing is made before something is written.</summary>
    /// <param name="path">The folder.</param>
    public ResultsFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
        Failures = new(System.IO.Path.Combine(Path, "failures"));
        Checkpoints = new(System.IO.Path.Combine(Path, "checkpoints"));
        Grids = new(System.IO.Path.Combine(Path, "grids"));
        Journals = new(System.IO.Path.Combine(Path, "journals"));
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Trials that threw.</summary>
    public TrialFailures Failures { get; }

    /// <summary>Where long trials go on from.</summary>
    public TrialCheckpoints Checkpoints { get; }

    /// <summary>Copies of the grid files.</summary>
    public GridCopies Grids { get; }

    /// <summary>What processes noted: program, machine, seconds.</summary>
    public TrialJournals Journals { get; }

    /// <summary>Lists the folder; no result is opened.</summary>
    /// <returns>What is there.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public ResultsIndex Scan()
    {
        ResultsIndex index = new();
        string root = System.IO.Path.Combine(Path, Trials);
        if (Directory.Exists(root))
        {
            foreach ((ResultName name, long length) in Listed(root, recurse: true))
                index.Add(name, length);
        }
        index.Failed = Failures.Identities();
        return index;
    }

    /// <summary>Whether a trial is done, by the names of its files.</summary>
    /// <param name="identity">The trial's identity.</param>
    /// <returns>True if there is a result of the right length.</returns>
    public bool IsDone(string identity) => Entries(identity).Any(entry => entry.Name.Length == entry.Length);

    /// <summary>Reads a trial's result.</summary>
    /// <param name="identity">The trial's identity.</param>
    /// <returns>The result, or null where there is none whose checksum fits: then the trial is not done.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">There are two results of different bytes: the trial is not deterministic.</exception>
    public TrialRecord? Read(string identity)
    {
        (ResultName Name, string File, byte[] Bytes)[] whole = [.. Entries(identity).Select(entry => (entry.Name, File: FileOf(entry.Name))).Select(entry => (entry.Name, entry.File, Bytes: File.ReadAllBytes(entry.File)))
            .Where(entry => entry.Bytes.Length == entry.Name.Length && ResultName.Sum(entry.Bytes) == entry.Name.Checksum)];
        return whole switch
        {
            [] => null,
            [var one] => TrialText.Read(one.Bytes, one.File),
            _ => throw new InvalidDataException($"the trial {identity} has {whole.Length} results that differ: {string.Join(", ", whole.Select(one => one.File))}; it does not follow from its settings alone (another program, or not deterministic). biolearn experiment retry {identity} deletes them and runs it again"),
        };
    }

    /// <summary>Whether a trial's result is there and its bytes are those that were written; the rows are not read.</summary>
    /// <param name="identity">The trial's identity.</param>
    /// <returns>True if one is.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public bool IsWhole(string identity) => Entries(identity).Any(entry => entry.Name.Length == entry.Length && ResultName.Sum(File.ReadAllBytes(FileOf(entry.Name))) == entry.Name.Checksum);

    /// <summary>Files of a trial's results whose bytes are not those that were written: cut, or changed since.</summary>
    /// <param name="identity">The trial's identity.</param>
    /// <returns>Full paths; none where nothing is damaged.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IReadOnlyList<string> Damaged(string identity) =>
        [.. Entries(identity).Where(entry => entry.Name.Length != entry.Length || ResultName.Sum(File.ReadAllBytes(FileOf(entry.Name))) != entry.Name.Checksum).Select(entry => FileOf(entry.Name))];

    /// <summary>Writes a result beside its place and renames it.</summary>
    /// <param name="record">The result.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(TrialRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        byte[] bytes = TrialText.Write(record);
        string file = FileOf(ResultName.Of(record, bytes));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        // What a power cut leaves of it does not fit its checksum, and the trial is run again.
        SafeFile.Write(file, stream => stream.Write(bytes), durable: false);
    }

    /// <summary>Deletes a trial's results, its failure and its checkpoint, so that it is run again.</summary>
    /// <param name="identity">The trial's identity.</param>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public void Forget(string identity)
    {
        foreach ((ResultName name, _) in Entries(identity))
            File.Delete(FileOf(name));
        Failures.Forget(identity);
        Checkpoints.Forget(identity);
    }

    /// <summary>Deletes what killed processes left half written an hour ago or earlier; what a process may be at work on stays.</summary>
    internal void DeleteUnfinished() => SafeFile.DeleteUnfinished(Path, TimeSpan.FromHours(1));

    private (ResultName Name, long Length)[] Entries(string identity)
    {
        string shard = System.IO.Path.GetDirectoryName(FileOf(new(identity, "", 0, TrialOutcome.Finished)))!;
        return Directory.Exists(shard) ? [.. Listed(shard, recurse: false, identity)] : [];
    }

    private string FileOf(ResultName name) => System.IO.Path.Combine(Path, Trials, name.Identity[..2], name.ToString());

    private static FileSystemEnumerable<(ResultName Name, long Length)> Listed(string folder, bool recurse, string? identity = null) => new(folder,
        (ref FileSystemEntry entry) => (ResultName.Parse(entry.FileName)!, entry.Length),
        new EnumerationOptions { RecurseSubdirectories = recurse })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && (identity is null || entry.FileName.StartsWith(identity, StringComparison.Ordinal)) && ResultName.Parse(entry.FileName) is not null,
    };
}
