using System.Text.RegularExpressions;

namespace BioLearn.Docs.Tests;

/// <summary>A Markdown page of the repository and its code blocks.</summary>
internal sealed partial class DocsPage
{
    private readonly (string Language, string Code)[] _blocks;

    /// <param name="path">Path in the repository.</param>
    public DocsPage(string path)
    {
        Path = path;
        Text = File.ReadAllText(RepositoryFiles.Find(path)).ReplaceLineEndings("\n");
        _blocks = [.. Block().Matches(Text).Select(m => (m.Groups["language"].Value, Unindented(m.Groups["block"].Value, m.Groups["indent"].Length)))];
    }

    /// <summary>Path in the repository, such as docs/mlnet.md.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary>README, CONTRIBUTING and every page of docs/.</summary>
    public static string[] All { get; } =
        ["README.md", "CONTRIBUTING.md", .. Directory.GetFiles(RepositoryFiles.Find("docs"), "*.md").Select(p => "docs/" + System.IO.Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    /// <summary>The blocks of a language, in their order; "" are those without.</summary>
    public string[] Blocks(string language) => [.. _blocks.Where(block => block.Language == language).Select(block => block.Code)];

    private static string Unindented(string block, int columns) =>
        columns == 0 ? block : string.Join('\n', block.Split('\n').Select(line => line.Length > columns ? line[columns..] : line.TrimStart()));

    [GeneratedRegex("^(?<indent> *)```(?<language>\\w*)[^\\n]*\\n(?<block>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
