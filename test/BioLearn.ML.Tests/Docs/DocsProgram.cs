using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BioLearn.ML.Tests.Docs;

/// <summary>The C# of one page of docs/ as one program: statements in their order, declarations behind them. What it prints stands in the page's text blocks.</summary>
internal sealed partial class DocsProgram
{
    /// <summary>What the project files of these pages bring by ImplicitUsings.</summary>
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private readonly CSharpCompilation _compilation;

    private DocsProgram(string page, string text)
    {
        CompilationUnitSyntax[] blocks = [.. Blocks(text, "csharp").Select(block => CSharpSyntaxTree.ParseText(block, Language).GetCompilationUnitRoot())];
        Assert.NotEmpty(blocks);
        StringBuilder program = new();
        foreach (string use in blocks.SelectMany(block => block.Usings).Select(use => use.ToFullString().Trim()).Distinct())
            program.AppendLine(use);
        foreach (MemberDeclarationSyntax member in blocks.SelectMany(block => block.Members).OrderBy(member => member is GlobalStatementSyntax ? 0 : 1)) // stable
            program.Append(member.ToFullString());
        Text = program.ToString();
        ImmutableArray<MetadataReference> references =
            [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => !path.EndsWith(".Tests.dll", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path))];
        _compilation = CSharpCompilation.Create(
            $"Docs.{Path.GetFileNameWithoutExtension(page)}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, Language), CSharpSyntaxTree.ParseText(Text, Language)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release));
        Printed = string.Concat(Blocks(text, "text"));
    }

    /// <summary>The whole program.</summary>
    public string Text { get; }

    /// <summary>What the page says that it prints.</summary>
    public string Printed { get; }

    /// <param name="page">Its path in docs/.</param>
    public static DocsProgram Of(string page) => new(page, File.ReadAllText(RepositoryFiles.Find($"docs/{page}")));

    /// <summary>Errors and warnings of the compiler, a line each.</summary>
    public IReadOnlyList<string> Complaints() => [.. _compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => $"{d.GetMessage()}: {Line(d)}")];

    public Assembly Load()
    {
        using MemoryStream file = new();
        Assert.True(_compilation.Emit(file).Success, string.Join('\n', Complaints()));
        return Assembly.Load(file.ToArray());
    }

    /// <summary>Runs the program; it prints what it prints.</summary>
    public void Run()
    {
        MethodInfo main = Load().EntryPoint!;
        main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()], null);
    }

    private static string Line(Diagnostic diagnostic) => diagnostic.Location.SourceTree?.GetText().Lines[diagnostic.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim() ?? "";

    private static IEnumerable<string> Blocks(string text, string language) =>
        Block().Matches(text).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["block"].Value);

    [GeneratedRegex("^```(?<language>\\w+)\\r?\\n(?<block>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
