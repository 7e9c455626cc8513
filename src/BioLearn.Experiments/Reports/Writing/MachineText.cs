using System.Text.Json;

namespace BioLearn.Experiments.Reports;

/// <summary>The processes' lines of journals as a reader wants them.</summary>
internal static class MachineText
{
    private const int CommitLength = 7;

    /// <summary>One process.</summary>
    public static string Of(string json) => $"{Program(json)}, {Machine(json)}";

    /// <summary>Several: each program and each kind of machine once.</summary>
    public static string Of(IReadOnlyList<string> processes) => processes.Count == 0 ? ""
        : $"{string.Join(", ", processes.Select(Program).Distinct())} on {string.Join(", ", processes.Select(Machine).Distinct())}";

    private static string Program(string json)
    {
        string program = Text(json, "program");
        int commit = program.IndexOf('+', StringComparison.Ordinal) + 1;
        return commit > 0 && program.Length > commit + CommitLength ? program[..(commit + CommitLength)] : program;
    }

    private static string Machine(string json) => $"{Text(json, "system")} {Text(json, "architecture")}, {Text(json, "processors")} processors";

    private static string Text(string json, string key)
    {
        using var line = JsonDocument.Parse(json);
        return line.RootElement.TryGetProperty(key, out JsonElement value) ? value.ToString() : "";
    }
}
