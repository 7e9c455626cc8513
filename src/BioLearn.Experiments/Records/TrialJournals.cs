using System.Globalization;
using System.Text;
using System.Text.Json;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>What a trial cost.</summary>
/// <param name="Seconds">Seconds by the clock.</param>
/// <param name="CpuSeconds">Seconds of the thread that ran it.</param>
public readonly record struct TrialCost(double Seconds, double CpuSeconds)
{
    /// <summary>The day on which it ended, in UTC; null where nobody noted it.</summary>
    public DateOnly? Ended { get; init; }
}

/// <summary>
/// Journals, a file a process, which is only added to: the program and its commit, the machine, and a line for each trial that it ran. Kept apart from
/// the results, whose bytes are the same on every machine.
/// </summary>
public sealed class TrialJournals
{
    private readonly string _folder;

    internal TrialJournals(string folder) => _folder = folder;

    /// <summary>Costs of the trials that were run, by identity; the last run counts.</summary>
    /// <returns>The costs.</returns>
    /// <exception cref="IOException">A journal cannot be read.</exception>
    public IReadOnlyDictionary<string, TrialCost> Costs()
    {
        Dictionary<string, TrialCost> costs = [];
        foreach (string file in Files())
        {
            foreach (string line in Lines(file))
            {
                // A line that a kill has torn has no end; those of tens of thousands of trials are read without a parser.
                if (line.StartsWith(Trial, StringComparison.Ordinal) && line.EndsWith('}') && line.Length > Trial.Length + IdentityLength && Number(line, "\"seconds\":") is { } seconds && Number(line, "\"cpu-seconds\":") is { } cpu)
                    costs[line.Substring(Trial.Length, IdentityLength)] = new(seconds, cpu) { Ended = Day(line) };
            }
        }
        return costs;
    }

    private const string Trial = "{\"trial\":\"";
    private const int IdentityLength = 16;

    private static double? Number(string line, string name)
    {
        int at = line.IndexOf(name, StringComparison.Ordinal) + name.Length;
        int end = at < name.Length ? -1 : line.AsSpan(at).IndexOfAny(',', '}');
        return end > 0 && double.TryParse(line.AsSpan(at, end), CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    private static DateOnly? Day(string line)
    {
        const string Ended = "\"ended\":\"";
        int at = line.IndexOf(Ended, StringComparison.Ordinal) + Ended.Length;
        return at >= Ended.Length && line.Length >= at + 10 && DateOnly.TryParseExact(line.AsSpan(at, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;
    }

    /// <summary>Programs and machines that ran trials: the first line of each journal; one that is damaged is passed over, since results do not rest on it.</summary>
    /// <returns>JSON objects.</returns>
    /// <exception cref="IOException">A journal cannot be read.</exception>
    public IReadOnlyList<string> Processes() => [.. Files().Select(file => Lines(file).FirstOrDefault()).OfType<string>().Where(IsProcess)];

    private static bool IsProcess(string line)
    {
        try
        {
            using var process = JsonDocument.Parse(line);
            return process.RootElement.ValueKind == JsonValueKind.Object && process.RootElement.TryGetProperty("program", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    internal JournalWriter Begin() => new(_folder);

    private string[] Files() => Directory.Exists(_folder) ? [.. Directory.EnumerateFiles(_folder, "*.jsonl").Order(StringComparer.Ordinal)] : [];

    // The process that writes it may be at work.
    private static IEnumerable<string> Lines(string file)
    {
        using StreamReader reader = new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}

/// <summary>The journal of this process. Serves any number of threads; made with the first line.</summary>
internal sealed class JournalWriter(string folder) : IDisposable
{
    private readonly Lock _gate = new();
    private FileStream? _file;

    public void Add(Trial trial, TrialCost cost, string outcome) => Line(string.Create(CultureInfo.InvariantCulture,
        $"{{\"trial\":\"{trial.Identity}\",\"outcome\":\"{outcome}\",\"seconds\":{cost.Seconds:0.######},\"cpu-seconds\":{cost.CpuSeconds:0.######},\"ended\":\"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}\"}}"));

    public void Dispose() => _file?.Dispose();

    private void Line(string line)
    {
        lock (_gate)
        {
            if (_file is null)
            {
                Directory.CreateDirectory(folder);
                string machine = string.Concat(Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
                _file = new(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyyMMdd-HHmmss}-{machine}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}.jsonl")), FileMode.Append, FileAccess.Write, FileShare.Read, 1);
                _file.Write(Encoding.UTF8.GetBytes($"{{\"program\":{BoundValue.Text(ProgramIdentity.Version)},\"machine\":{BoundValue.Text(Environment.MachineName)},\"system\":{BoundValue.Text(System.Runtime.InteropServices.RuntimeInformation.OSDescription)},\"architecture\":\"{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture}\",\"processors\":{Environment.ProcessorCount}}}\n"));
            }
            _file.Write(Encoding.UTF8.GetBytes(line + '\n'));
        }
    }
}
