using System.Text.RegularExpressions;

namespace BioLearn.Onnx.Tests;

/// <summary>The house of BioLearn.Onnx: which folder may use which. A file that breaks an arrow is named.</summary>
public partial class RoomTests
{
    private const string Project = "BioLearn.Onnx";

    // Arrows point down this list only.
    private static readonly (string Room, string[] MayUse)[] Arrows =
    [
        ("Graph", []),
        ("Images", []),
        ("Forward", ["Graph"]),
        ("Export", ["Graph"]),
        ("Reversal", ["Graph", "Forward"]),
        ("Models", ["Graph", "Images", "Forward"]),
        ("Recollection", ["Graph", "Images", "Forward", "Reversal", "Models"]),
        ("Measures", ["Graph", "Images", "Forward", "Reversal", "Models", "Recollection"]),
        ("MlNet", ["Graph", "Images", "Forward", "Models", "Recollection", "Measures"]),
    ];

    private static readonly SourceArrows Sources = new([.. Arrows.Select(arrow => new Room($"{Project}/{arrow.Room}", [.. arrow.MayUse.Select(used => $"{Project}/{used}")]))], SourceArrows.Sources());

    [Fact]
    public void Sources_break_no_arrow() => None([.. Sources.Broken()]);

    [Fact]
    public void Arrows_name_every_room_and_make_no_circle()
    {
        string[] folders = [.. Directory.EnumerateFiles(Path.Combine(SourceArrows.Sources(), Project), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Path.Combine(SourceArrows.Sources(), Project), path).Replace('\\', '/').Split('/')[0]).Distinct().Where(folder => folder is not ("bin" or "obj"))];
        Assert.Equal(folders.Order(), Arrows.Select(arrow => arrow.Room).Order());
        for (int i = 0; i < Arrows.Length; i++)
            Assert.All(Arrows[i].MayUse, used => Assert.Contains(used, Arrows[..i].Select(arrow => arrow.Room)));
    }

    [Fact]
    public void Sources_hold_no_vector_code() => None([.. Sources.Containing(VectorCode(), Project)]);

    private static void None(IReadOnlyList<string> found) => Assert.True(found.Count == 0, string.Join('\n', found));

    [GeneratedRegex(@"System\.Runtime\.Intrinsics|\bVector(64|128|256|512)?(<|\.)")]
    private static partial Regex VectorCode();
}
