using System.Globalization;
using System.Text;
using System.Text.Json;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>
/// A result file: JSON lines. The first has identity, outcome and configuration, each other one a row: its iteration, and metrics by name. Numbers
/// have the fewest digits that give them back; NaN and infinities are the texts "NaN", "Infinity", "-Infinity". The bytes follow from the trial alone.
/// </summary>
internal static class TrialText
{
    private const string Iteration = "iteration";

    public static byte[] Write(TrialRecord record)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{{\"trial\":\"{record.Identity}\",\"outcome\":\"{SettingName.Of(record.Outcome.ToString())}\",\"rows\":{record.Rows.Count},\"configuration\":{record.Configuration}}}\n");
        foreach (TrialRow row in record.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"{Iteration}\":{row.Iteration}");
            foreach ((string metric, double value) in row.Values)
                text.Append(',').Append(BoundValue.Text(metric)).Append(':').Append(BoundValue.Number(value));
            text.Append("}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <exception cref="InvalidDataException">It is no result file.</exception>
    public static TrialRecord Read(byte[] bytes, string path)
    {
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            using var head = JsonDocument.Parse(lines[0]);
            TrialOutcome outcome = head.RootElement.GetProperty("outcome").GetString() == "diverged" ? TrialOutcome.Diverged : TrialOutcome.Finished;
            return new(head.RootElement.GetProperty("trial").GetString()!, head.RootElement.GetProperty("configuration").GetRawText(), outcome, [.. lines.Skip(1).Select(Row)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: no result of a trial: {e.Message}", e);
        }
    }

    private static TrialRow Row(string line)
    {
        using var row = JsonDocument.Parse(line);
        List<KeyValuePair<string, double>> values = [];
        foreach (JsonProperty member in row.RootElement.EnumerateObject().Where(member => member.Name != Iteration))
            values.Add(new(member.Name, member.Value.ValueKind == JsonValueKind.String ? double.Parse(member.Value.GetString()!, CultureInfo.InvariantCulture) : member.Value.GetDouble()));
        return new(row.RootElement.GetProperty(Iteration).GetInt32(), values);
    }
}
