using BioLearn.ML;

namespace BioLearn.Eng;

/// <summary>Prints which rule trains which networks, between two marks of docs/learning-rules.md.</summary>
internal static class DocsPrinter
{
    public const string Page = "docs/learning-rules.md";

    private const string Begin = "<!-- printed by eng/Catalogs -->\n", End = "<!-- end -->";

    private static readonly (RuleNetworks Kind, string Words)[] Kinds =
    [
        (RuleNetworks.Dense, "fully connected"),
        (RuleNetworks.Convolutions, "convolutions"),
        (RuleNetworks.Pooling, "pooling"),
        (RuleNetworks.Residual, "residual additions, normalization, gates"),
    ];

    /// <summary>The page with its printed part made anew.</summary>
    public static string Print(string page, IReadOnlyList<RuleRow> rows)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = page.IndexOf(End, StringComparison.Ordinal);
        if (begin < Begin.Length || end < begin)
            throw new InvalidDataException($"{Page} lacks the line {Begin.Trim()} or, after it, {End}");
        string table = "| networks | rules |\n|---|---|\n" + string.Concat(rows.Where(row => row.IsLearningRule).GroupBy(row => row.Networks).OrderByDescending(group => (int)group.Key).Select(group =>
            $"| {string.Join("; ", Kinds.Where(kind => group.Key.HasFlag(kind.Kind)).Select(kind => kind.Words))} | {string.Join(", ", group.Select(row => $"`{row.Name}`"))} |\n"));
        string numbers = string.Join(", ", rows.Where(row => row.IsLearningRule && !row.Tasks.HasFlag(RuleTasks.Regression)).Select(row => $"`{row.Name}`"));
        return $"{page[..begin]}{table}\nNot for regression: {numbers}.\n{page[end..]}";
    }
}
