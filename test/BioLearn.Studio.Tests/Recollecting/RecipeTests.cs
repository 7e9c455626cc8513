using System.Diagnostics;
using BioLearn.Onnx.Images;
using BioLearn.Studio.Models;
using BioLearn.Studio.Pictures;
using BioLearn.Studio.Recollecting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BioLearn.Studio.Tests.Recollecting;

/// <summary>The command line and the program beside a picture make that very picture.</summary>
public sealed class RecipeTests : IDisposable
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private readonly string _folder = Directory.CreateTempSubdirectory("recipes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string, string> Settings => new()
    {
        { "alexnet", "class", "" },
        { "alexnet", "class:grand_piano", "deconvnet" },
        { "alexnet", "source9_top2", "" },
        { "alexnet", "S9:17", "" },
        { "alexnet", "S9:17.3.5", "upsample" },
        { "alexnet", "noise:S7", "Pos_PosConv_normalize_std_unpool_random" },
        { "convpool", "constant:S5", "normalize_image_minmax_norescale_1" },
        { "alexnet", "random", "random_switches" },
        { "alexnet", "constant", "" },
        { "alexnet", "output", "guided" },
        { "alexnet", "S10", "" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Program_makes_the_picture(string network, string cue, string variant)
    {
        var (picture, setting, expected) = Drawn(network, cue, variant);
        string made = Path.Combine(_folder, "made.png"), source = Path.Combine(AppContext.BaseDirectory, "photos", picture.Name);
        string program = Recipe.Of(picture, setting).Program.Replace($"\"{picture.Name}\"", $"@\"{source}\"", StringComparison.Ordinal).Replace("\"recollected.png\"", $"@\"{made}\"", StringComparison.Ordinal);
        Run(program);
        Assert.Equal(expected.Rgb, ImageFiles.Load(made).Rgb);
    }

    [Fact]
    public void Command_lines_make_the_pictures()
    {
        // One process for all that differ in nothing but cue and variant would not be the lines; three lines stand for the vocabulary.
        foreach (var (network, cue, variant) in ((string, string, string)[])[("alexnet", "S9:17.3.5", ""), ("alexnet", "class:grand_piano", "Unnorm_unpool_sum"), ("convpool", "constant:S5", "")])
        {
            var (picture, setting, expected) = Drawn(network, cue, variant);
            string line = Recipe.Of(picture, setting).CommandLine;
            Assert.StartsWith("biolearn recollect chelsea.png ", line, StringComparison.Ordinal);
            string results = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
            string shell = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "biolearn.dll")}' {line["biolearn ".Length..]} --no-controls --out '{results}'";
            using var process = Process.Start(new ProcessStartInfo("sh", ["-c", shell]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder })!;
            string said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{line}: {said}");
            Assert.Equal(expected.Rgb, ImageFiles.Load(Assert.Single(Directory.GetFiles(Path.Combine(results, "recollections")))).Rgb);
        }
    }

    [Theory]
    [InlineData("it's a cat.png", "'it'\\''s a cat.png'")]
    [InlineData("$(rm x).png", "'$(rm x).png'")]
    [InlineData("-x.png", "./-x.png")]
    public void Names_of_files_stand_in_quotes_where_a_shell_would_take_them_apart(string name, string expected)
    {
        Recipe recipe = Recipe.Of(new(name, "key", new(1, 1), false), new("alexnet", new()));
        Assert.Equal($"biolearn recollect {expected} -m alexnet -c class -v minmax_local", recipe.CommandLine);
        Assert.Contains($"ImageFiles.Load(\"{name}\")", recipe.Program, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_cannot_leave_their_string()
    {
        Recipe recipe = Recipe.Of(new("a\"); Environment.Exit(1); (\"\n.png", "key", new(1, 1), false), new("alexnet", new()));
        Assert.Contains("ImageFiles.Load(\"a\\\"); Environment.Exit(1); (\\\"\\u000a.png\")", recipe.Program, StringComparison.Ordinal);
    }

    private static (ShownPicture, RecollectSetting, PixelImage) Drawn(string network, string cue, string variant)
    {
        using CnnShelf networks = new();
        using RecollectRoom room = new(networks);
        ShownPicture picture = new PictureShelf(new()).Find("chelsea.png")!;
        RecollectSetting setting = new(network, CueChoice.Parse(cue), variant);
        return (picture, setting, room.Draw(picture, setting, default).Image);
    }

    private static void Run(string program)
    {
        CSharpParseOptions language = new(LanguageVersion.Latest);
        var compilation = CSharpCompilation.Create(
            $"Recipe{Guid.NewGuid():n}",
            [CSharpSyntaxTree.ParseText(Usings, language), CSharpSyntaxTree.ParseText(program, language)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]));
        Assert.Empty(compilation.GetDiagnostics().Where(one => one.Severity >= DiagnosticSeverity.Warning).Select(one => one.ToString()));
        using MemoryStream file = new();
        Assert.True(compilation.Emit(file).Success);
        var main = System.Reflection.Assembly.Load(file.ToArray()).EntryPoint!;
        main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
    }
}
