using System.Text.RegularExpressions;

namespace BioLearn.ML.Tests;

/// <summary>
/// The house and its rooms (docs and CONTRIBUTING.md draw them): no file uses a room beside or above its own. A new room is one line of the table.
/// </summary>
public class ArchitectureTests
{
    private const string Kernels = "BioLearn.Kernels";
    private const string Ml = "BioLearn.ML";
    private const string Hosting = $"{Ml}/Hosting";
    private const string Networks = $"{Ml}/Networks";

    /// <summary>What every learning system may use; no system is among them.</summary>
    private static readonly string[] Shared = [Kernels, Hosting, Networks];

    private static readonly Room[] Rooms =
    [
        new(Kernels),
        new(Hosting, Kernels),
        new(Networks, Kernels, Hosting),
        new($"{Ml}/Data", Shared),
        new($"{Ml}/Rules", Shared),
        new($"{Ml}/Diagnostics", [.. Shared, $"{Ml}/Rules"]), // backpropagation is the direction that others are compared with
        new($"{Ml}/Energy", [.. Shared, $"{Ml}/Diagnostics"]), // names of what they note while they settle
        new($"{Ml}/Instructed", Shared),
        new($"{Ml}/Hebbian", Shared),
        new($"{Ml}/Memories", Shared),
        new($"{Ml}/Recurrent", Shared),
        new($"{Ml}/Plasticity", Shared),
        new($"{Ml}/Spiking", Shared),
        new($"{Ml}/Naming", Shared),
        new(Ml, Kernels), // the table of rules, the catalogs: above all systems, which lie below this folder
        new("BioLearn.Onnx", Kernels, Ml),
        new("BioLearn.Plots", Kernels, Ml),
        new("BioLearn.Experiments", Kernels, Ml, "BioLearn.Plots"),
        new("BioLearn.Studio", Kernels, Ml, "BioLearn.Onnx", "BioLearn.Plots", "BioLearn.Experiments"),
        new("BioLearn.Cli", Kernels, Ml, "BioLearn.Onnx", "BioLearn.Plots", "BioLearn.Experiments", "BioLearn.Studio"),
    ];

    private static readonly string[] Projects = [Kernels, Ml, "BioLearn.Onnx", "BioLearn.Plots", "BioLearn.Experiments", "BioLearn.Studio", "BioLearn.Cli"];

    /// <summary>Ways to write a file that may leave half of one behind. Journals, which are only added to, are opened with FileMode.Append.</summary>
    private static readonly string[] Writers = ["File.Move(", "File.Replace(", "File.Create(", "File.WriteAll", "FileMode.Create", "FileMode.Truncate", "new StreamWriter(path"];

    private static readonly SourceArrows Arrows = new(Rooms, SourceArrows.Sources());

    [Fact]
    public void Every_source_file_lies_in_a_room() => Assert.Empty(Arrows.Homeless());

    [Fact]
    public void No_source_file_uses_a_room_beside_or_above_its_own()
    {
        string[] broken = [.. Arrows.Broken().Order()];
        Assert.True(broken.Length == 0, string.Join('\n', broken));
    }

    /// <summary>The reader itself: it must see what the rooms hide behind usings, qualified names and enclosing namespaces.</summary>
    [Theory]
    [InlineData("using House.Upper;", "", true)]
    [InlineData("", "House.Upper.Roof? roof;", true)]
    [InlineData("", "Attic? attic;", true)] // declared in the enclosing namespace
    [InlineData("// using House.Upper;", "string text = \"House.Upper.Roof\";", false)]
    [InlineData("using House.Beam;", "", false)]
    public void Reader_names_the_file_that_uses_a_room_above_its_own(string use, string field, bool breaks)
    {
        string folder = Directory.CreateTempSubdirectory("rooms").FullName;
        try
        {
            Write("House/Attic.cs", "namespace House;\npublic class Attic;\n");
            Write("House/Upper/Roof.cs", "using House.Lower;\nnamespace House.Upper;\ninternal sealed record Roof;\n");
            Write("House/Beam/Beam.cs", "namespace House.Beam;\ninternal struct Oak;\n");
            Write("House/Lower/Floor.cs", $"{use}\nnamespace House.Lower;\ninternal class Floor\n{{\n    {field}\n}}\n");
            var arrows = new SourceArrows([new("House"), new("House/Upper", "House/Lower"), new("House/Beam"), new("House/Lower", "House/Beam")], folder);
            string? found = arrows.Broken().SingleOrDefault();
            Assert.Equal(breaks, found?.StartsWith("src/House/Lower/Floor.cs uses House", StringComparison.Ordinal) == true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Write(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllText(Path.Combine(folder, path), text);
        }
    }

    [Fact]
    public void Files_are_written_by_SafeFile_alone()
    {
        string[] found = [.. Directory.EnumerateFiles(SourceArrows.Sources(), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(path) != "SafeFile.cs")
            .SelectMany(path => File.ReadLines(path).Where(line => Writers.Any(writer => Regex.IsMatch(line, $@"\b{Regex.Escape(writer)}"))).Select(line => $"{path}: {line.Trim()}"))];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Fact]
    public void Every_project_is_in_the_table()
        => Assert.Equal(Projects.Order(), Directory.GetDirectories(SourceArrows.Sources(), "BioLearn.*").Select(Path.GetFileName).Order());
}
