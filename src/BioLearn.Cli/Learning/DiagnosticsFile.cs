using System.Globalization;
using BioLearn.Cli.Tables;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Learning;

/// <summary>The figures of a training's diagnostics as CSV, as <see cref="LearningDiagnostics.WriteCsv"/> writes those of one <c>Fit</c>.</summary>
internal static class DiagnosticsFile
{
    private static readonly string[] Header = ["step", "epoch", "layer", "metric", "value"];

    public static void Write(string path, IEnumerable<DiagnosticRecord> records)
    {
        CsvText text = new(Header);
        foreach (var r in records)
            text.Row(r.Step, r.Epoch, r.Layer, r.Metric, r.Value);
        SafeFile.WriteText(path, text.ToString());
    }

    /// <exception cref="InvalidDataException">A line is no line of such a file.</exception>
    public static List<DiagnosticRecord> Read(string path)
    {
        CsvRecord[] records = [.. CsvRecords.Read(path)];
        if (records.Length == 0 || !records[0].Fields.SequenceEqual(Header))
            throw new InvalidDataException($"{path}: its first line is not {string.Join(',', Header)}");
        return [.. records.Skip(1).Select(record => Parse(path, record))];
    }

    private static DiagnosticRecord Parse(string path, CsvRecord record)
    {
        string[] fields = record.Fields;
        var culture = CultureInfo.InvariantCulture;
        return fields.Length == Header.Length && long.TryParse(fields[0], culture, out long step) && int.TryParse(fields[1], culture, out int epoch) && int.TryParse(fields[2], culture, out int layer)
            && double.TryParse(fields[4], culture, out double value)
                ? new(step, epoch, layer, fields[3], value)
                : throw new InvalidDataException($"{path}, line {record.Line}: '{string.Join(',', fields)}' does not fit {string.Join(',', Header)}");
    }
}
