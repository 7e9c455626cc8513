using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BioLearn.Docs.Tests;

/// <summary>
/// C# of the docs as a program: statements in their order, declarations behind them. A page is one program, whose output stands in the page's text
/// blocks; or its blocks are parts of programs in Setups, PAGE.WHAT.cs, which make the rows and files that the page presumes and check what came out:
/// a line <c>// block 2</c> there stands for the page's second block.
/// </summary>
internal sealed partial class DocsProgram
{
    /// <summary>What the project files of these programs bring by ImplicitUsings.</summary>
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private const string WebUsings = "global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;";

    private static readonly CSharpParseOptions Language = new CSharpParseOptions(LanguageVersion.Latest).WithFeatures([new("FileBasedProgram", "true")]);

    private readonly CSharpCompilation _compilation;

    private DocsProgram(string name, string text, string usings, string path = "")
    {
        Text = text;
        ImmutableArray<MetadataReference> references =
            [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => !path.EndsWith(".Tests.dll", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path))];
        _compilation = CSharpCompilation.Create(
            $"Docs.{name}",
            [CSharpSyntaxTree.ParseText(usings, Language), CSharpSyntaxTree.ParseText(Text, Language, path)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release,
                // As every project: a newer assembly may stand for the one that was referenced.
                specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]));
    }

    /// <summary>The whole program.</summary>
    public string Text { get; }

    /// <summary>Names of the programs of all pages: a page's path, or a file of Setups.</summary>
    public static string[] Names =>
        [.. DocsPage.All.Where(page => new DocsPage(page).Blocks("csharp").Length > 0 && SetupsOf(page).Length == 0), .. Directory.GetFiles(SetupFolder, "*.*.cs").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string SetupFolder => RepositoryFiles.Find("test/BioLearn.Docs.Tests/Setups");

    /// <param name="name">A page's path, a file of Setups, or the path of a file-based program in examples/samples.</param>
    public static DocsProgram Of(string name)
    {
        if (name.EndsWith(".md", StringComparison.Ordinal))
            return new(Path.GetFileNameWithoutExtension(name), Joined(new DocsPage(name).Blocks("csharp")), ImplicitUsings);
        if (name.StartsWith("examples/", StringComparison.Ordinal))
        {
            string path = RepositoryFiles.Find(name), text = File.ReadAllText(path);
            return new(Path.GetFileNameWithoutExtension(name), text, text.Contains("Microsoft.NET.Sdk.Web", StringComparison.Ordinal) ? ImplicitUsings + WebUsings : ImplicitUsings, path);
        }
        string[] blocks = PageOf(name).Blocks("csharp");
        List<string> parts = [];
        string[] pieces = Marker().Split(File.ReadAllText(Path.Combine(SetupFolder, name)).ReplaceLineEndings("\n"));
        for (int i = 0; i < pieces.Length; i++)
            parts.Add(i % 2 == 0 ? pieces[i] : blocks[int.Parse(pieces[i]) - 1]); // between the pieces stand the numbers
        parts.Add(File.ReadAllText(Path.Combine(SetupFolder, "Made.cs")));
        return new(name, Joined(parts), ImplicitUsings);
    }

    /// <summary>A program that a test writes.</summary>
    public static DocsProgram OfText(string name, string text) => new(name, text, ImplicitUsings);

    /// <summary>Numbers of the page's blocks that no program of Setups contains; none where the page is one program.</summary>
    public static int[] Forgotten(string page)
    {
        string[] setups = SetupsOf(page);
        int[] used = [.. setups.SelectMany(file => Marker().Matches(File.ReadAllText(file)).Select(m => int.Parse(m.Groups[1].Value)))];
        return setups.Length == 0 ? [] : [.. Enumerable.Range(1, new DocsPage(page).Blocks("csharp").Length).Except(used)];
    }

    /// <summary>Errors and warnings of the compiler, a line each.</summary>
    public IReadOnlyList<string> Complaints() => [.. _compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => $"{d.GetMessage()}: {Line(d)}")];

    public Assembly Load()
    {
        using MemoryStream file = new();
        Assert.True(_compilation.Emit(file).Success, string.Join('\n', Complaints()));
        return Assembly.Load(file.ToArray());
    }

    /// <summary>Runs the program in a process and a folder of its own.</summary>
    /// <returns>What it printed.</returns>
    public string Run()
    {
        Assert.True(Complaints() is [], string.Join('\n', Complaints()));
        string folder = Directory.CreateTempSubdirectory("docs").FullName;
        try
        {
            string assembly = Path.Combine(folder, "program.dll");
            using (FileStream file = File.Create(assembly))
                Assert.True(_compilation.Emit(file).Success);
            return ChildProcess.Run(assembly, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static DocsPage PageOf(string setup)
    {
        string page = setup[..setup.IndexOf('.', StringComparison.Ordinal)] + ".md";
        return new(DocsPage.All.First(path => Path.GetFileName(path) == page)); // README.md is the first of its name
    }

    private static string[] SetupsOf(string page) =>
        page is "docs/README.md" ? [] : Directory.GetFiles(SetupFolder, $"{Path.GetFileNameWithoutExtension(page)}.*.cs");

    private static string Joined(IEnumerable<string> parts)
    {
        CompilationUnitSyntax[] blocks = [.. parts.Select(block => CSharpSyntaxTree.ParseText(block, Language).GetCompilationUnitRoot())];
        StringBuilder program = new();
        foreach (string use in blocks.SelectMany(block => block.Usings).Select(use => use.ToString().Trim()).Distinct())
            program.AppendLine(use);
        foreach (MemberDeclarationSyntax member in blocks.SelectMany(block => block.Members).OrderBy(member => member is GlobalStatementSyntax ? 0 : 1)) // stable
            program.Append(member.ToFullString());
        return program.ToString();
    }

    private static string Line(Diagnostic diagnostic) => diagnostic.Location.SourceTree?.GetText().Lines[diagnostic.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim() ?? "";

    [GeneratedRegex("^// block (\\d+)$", RegexOptions.Multiline)]
    private static partial Regex Marker();
}
