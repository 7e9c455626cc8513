using System.Text.RegularExpressions;

namespace BioLearn.Onnx.Tests;

/// <summary>The rooms of BioLearn.Onnx: which folder may use which. A file that breaks an arrow is named.</summary>
public partial class RoomTests
{
    private const string Project = "BioLearn.Onnx";

    // Arrows point up this list only: what a room may use stands before it.
    private static readonly Room[] Rooms =
    [
        Of("Graph"),
        Of("Images"),
        Of("Forward", "Graph"),
        Of("Export", "Graph"),
        Of("Reversal", "Graph", "Forward"),
        Of("Models", "Graph", "Images", "Forward"),
        Of("Recollection", "Graph", "Images", "Forward", "Reversal", "Models"),
        Of("Taught", "Graph", "Export", "Reversal", "Models", "Recollection"),
        Of("Measures", "Graph", "Images", "Forward", "Reversal", "Models", "Recollection"),
        Of("MlNet", "Graph", "Images", "Forward", "Models", "Recollection", "Measures"),
    ];

    [Fact]
    public void Sources_break_no_arrow() => None(new SourceArrows(Rooms, SourceArrows.Sources()).Broken());

    [Fact]
    public void Arrows_name_every_room_and_make_no_circle()
    {
        Assert.Equal(Rooms.Select(room => room.Folder).Order(), Files().Select(RoomOf).Distinct().Order());
        for (int i = 0; i < Rooms.Length; i++)
            Assert.All(Rooms[i].MayUse, used => Assert.Contains(used, Rooms[..i].Select(room => room.Folder)));
    }

    [Fact]
    public void Sources_hold_no_vector_code() => None(Files().Where(file => VectorCode().IsMatch(File.ReadAllText(file))));

    private static Room Of(string name, params string[] mayUse) => new($"{Project}/{name}", [.. mayUse.Select(used => $"{Project}/{used}")]);

    // Folders within a room belong to it.
    private static string RoomOf(string file) => string.Join('/', Path.GetRelativePath(SourceArrows.Sources(), file).Split(Path.DirectorySeparatorChar)[..2]);

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Path.Combine(SourceArrows.Sources(), Project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static void None(IEnumerable<string> found) => Assert.True(!found.Any(), string.Join('\n', found));

    [GeneratedRegex(@"System\.Runtime\.Intrinsics|\bVector(64|128|256|512)?(<|\.)")]
    private static partial Regex VectorCode();
}
