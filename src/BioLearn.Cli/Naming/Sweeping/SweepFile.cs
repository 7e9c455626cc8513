using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Naming.Sweeping;

/// <summary>
/// The result file of a sweep: a line that says what was swept, a header, and a row for each combination as soon as it is done. A sweep that
/// finds its file goes on with the combinations that are missing; a row that was cut off in writing is done again.
/// </summary>
internal sealed class SweepFile : IDisposable
{
    private readonly Dictionary<string, string> _done = [];
    private readonly StreamWriter _writer;

    private SweepFile(string path, string subject, bool overwrite)
    {
        string header = $"{string.Join(',', SweepPoint.Parameters)},{SweepRun.Measures}";
        int parameters = SweepPoint.Parameters.Count(), columns = header.Split(',').Length;
        if (File.Exists(path) && !overwrite)
        {
            string text = File.ReadAllText(path);
            string[] lines = text.Split('\n');
            if (lines.Length < 2 || lines[0] != subject || lines[1] != header)
                throw new UsageException($"{path} holds another sweep ('{lines[0].Trim()}'): --overwrite begins anew, --out names another folder");
            // What follows the last line break was not written to its end.
            foreach (string line in lines[2..^1])
            {
                string[] cells = line.Split(',');
                if (cells.Length != columns)
                    throw new InvalidDataException($"{path}: '{line}' has {cells.Length} columns, expected {columns}");
                _done[string.Join(',', cells[..parameters])] = string.Join(',', cells[parameters..]);
            }
        }

        // Rewritten whole first, so that a cut row is gone; then only added to.
        SafeFile.WriteText(path, string.Concat(new[] { subject, header }.Concat(_done.Select(one => $"{one.Key},{one.Value}")).Select(line => line + "\n")));
        _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write)) { AutoFlush = true };
    }

    public IReadOnlyDictionary<string, string> Done => _done;

    /// <exception cref="UsageException">The file holds another sweep.</exception>
    public static SweepFile Open(string path, string subject, bool overwrite) => new(path, subject, overwrite);

    /// <summary>Adds a row; safe for several threads.</summary>
    public void Add(SweepPoint point, string measures)
    {
        lock (_done)
        {
            _done[point.Row] = measures;
            _writer.Write($"{point.Row},{measures}\n");
        }
    }

    public void Dispose() => _writer.Dispose();
}
