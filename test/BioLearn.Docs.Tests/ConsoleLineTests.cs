using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BioLearn.Docs.Tests;

/// <summary>Every line of the docs that calls the tool names a command and options that it has; every <c>dotnet run</c> names a project or file that is there.</summary>
public sealed partial class ConsoleLineTests
{
    private static readonly Lazy<XElement> Model = new(Commands);

    public static TheoryData<string> Pages => [.. DocsPage.All];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Lines_name_commands_and_options_that_exist(string page)
    {
        List<string> wrong = [];
        foreach (string line in Lines(new DocsPage(page)))
        {
            string call = Comment().Replace(line, "");
            if (Project().Match(call) is { Success: true } run && !Path.Exists(RepositoryFiles.Find(run.Groups[1].Value)))
                wrong.Add($"{line}: no {run.Groups[1].Value}");
            if (Tool().Match(call) is { Success: true } tool && Problem(tool.Groups[1].Value) is { } problem)
                wrong.Add($"{line}: {problem}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("recollect photos -v minmax_local --out x", null)]
    [InlineData("recollect photos --outt x", "no option --outt")]
    [InlineData("naming teech owl owl.jpg", "no command teech")]
    [InlineData("data pull mnist --folder", "no option --folder")]
    public void The_reader_itself_notices(string call, string? problem) => Assert.Equal(problem, Problem(call));

    /// <summary>Lines of blocks without a language, and code within text.</summary>
    private static IEnumerable<string> Lines(DocsPage page) =>
        page.Blocks("").SelectMany(block => block.Split('\n')).Concat(Span().Matches(page.Text).Select(m => m.Groups[1].Value)).Where(line => line.StartsWith("biolearn ", StringComparison.Ordinal) || line.Contains("dotnet run ", StringComparison.Ordinal));

    private static string? Problem(string call)
    {
        string[] words = call.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        XElement at = Model.Value;
        int i = 0;
        for (; i < words.Length && !words[i].StartsWith('-') && !words[i].Contains("...", StringComparison.Ordinal); i++)
        {
            if (i + 1 < words.Length && words[i + 1] == "|")
                break; // several commands: options of any
            string[] choices = words[i].Split('|', ',');
            if (at.Elements("Command").FirstOrDefault(c => c.Attribute("Name")!.Value == choices[0]) is { } command)
                at = command;
            else if (at.Elements("Command").Any(c => c.Attribute("Name")!.Value != "__default_command"))
                return $"no command {words[i]}";
            else
                break;
        }
        string[] known = [.. at.Descendants("Option").SelectMany(option => Names(option, "Short", "-").Concat(Names(option, "Long", "--"))), "-h", "--help", "--version"];
        foreach (string word in words.Skip(i).Where(word => Option().IsMatch(word)))
        {
            string name = word.Split('=', ']', ',')[0];
            if (!known.Contains(name))
                return $"no option {name}";
        }
        return null;
    }

    private static IEnumerable<string> Names(XElement option, string attribute, string dashes) =>
        (option.Attribute(attribute)?.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => dashes + name);

    /// <summary>The tool describes itself.</summary>
    private static XElement Commands()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "biolearn.dll"), "cli", "xmldoc"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return XDocument.Parse(text).Root!;
    }

    [GeneratedRegex("(?<!`)`([^`\\n]+)`(?!`)")]
    private static partial Regex Span();

    [GeneratedRegex("\\s#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("(?:^biolearn|--project src/BioLearn\\.Cli --) (.+)$")]
    private static partial Regex Tool();

    [GeneratedRegex("dotnet run .*?--project (\\S+)")]
    private static partial Regex Project();

    [GeneratedRegex("^(-[a-z]|--[a-z][a-z0-9-]*)([=\\],].*)?$")]
    private static partial Regex Option();
}
