using System.Text;

namespace BioLearn.Experiments.Reports;

/// <summary>A table of texts, as Markdown, LaTeX or comma-separated values.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">A text a column.</param>
internal sealed record TextTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public string Markdown()
    {
        StringBuilder text = new();
        Line(Columns);
        Line([.. Columns.Select(_ => "---")]);
        foreach (IReadOnlyList<string> row in Rows)
            Line(row);
        return text.ToString();

        void Line(IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
    }

    /// <summary>A tabular for the package booktabs.</summary>
    public string Latex()
    {
        StringBuilder text = new();
        text.Append("\\begin{tabular}{").Append('l', Columns.Count).Append("}\n\\toprule\n");
        Line(Columns);
        text.Append("\\midrule\n");
        foreach (IReadOnlyList<string> row in Rows)
            Line(row);
        return text.Append("\\bottomrule\n\\end{tabular}\n").ToString();

        void Line(IReadOnlyList<string> cells) => text.AppendJoin(" & ", cells.Select(Escaped)).Append(" \\\\\n");
    }

    public string Csv()
    {
        StringBuilder text = new();
        foreach (IReadOnlyList<string> row in (IReadOnlyList<string>[])[Columns, .. Rows])
            text.AppendJoin(',', row.Select(cell => cell.AsSpan().IndexOfAny(",\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append('\n');
        return text.ToString();
    }

    private static string Escaped(string cell)
    {
        StringBuilder text = new();
        foreach (char c in cell)
        {
            text.Append(c switch
            {
                '\\' => "\\textbackslash{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{c}",
                '~' => "\\textasciitilde{}",
                '^' => "\\textasciicircum{}",
                '±' => "$\\pm$",
                '−' => "$-$",
                '∞' => "$\\infty$",
                '<' => "$<$",
                '>' => "$>$",
                '–' => "--",
                _ => c.ToString(),
            });
        }
        return text.ToString();
    }
}
