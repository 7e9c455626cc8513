using BioLearn.Onnx.Images;
using BioLearn.Studio.Models;
using BioLearn.Studio.Pictures;
using BioLearn.Studio.Recollecting;

namespace BioLearn.Studio.Tests.Recollecting;

/// <summary>The command line and the program beside a picture make that very picture.</summary>
public sealed class RecipeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recipes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("alexnet", "S9:17.3.5", "")]
    [InlineData("alexnet", "class:grand_piano", "Pos_PosConv_normalize_std_unpool_random")]
    [InlineData("convpool", "constant:S5", "normalize_image_minmax_norescale_1")]
    public void Program_and_command_line_make_the_picture(string network, string cue, string variant)
    {
        using CnnShelf networks = new();
        using RecollectRoom room = new(networks);
        var picture = new PictureShelf(new()).Find("chelsea.png")!;
        RecollectSetting setting = new(network, CueChoice.Parse(cue), variant);
        byte[] expected = room.Draw(picture, setting, default).Image.Rgb;
        var recipe = Recipe.Of(picture, setting);

        Assert.StartsWith("biolearn recollect chelsea.png ", recipe.CommandLine, StringComparison.Ordinal); // a bundled one by its name
        KeptProgram.Shell($"{recipe.CommandLine} --no-controls --out results", _folder);
        Assert.Equal(expected, ImageFiles.Load(Assert.Single(Directory.GetFiles(Path.Combine(_folder, "results", "recollections")))).Rgb);

        File.Copy(Path.Combine(AppContext.BaseDirectory, "photos", picture.Name), Path.Combine(_folder, picture.Name));
        KeptProgram.Run(recipe.Program, _folder);
        Assert.Equal(expected, ImageFiles.Load(Path.Combine(_folder, "recollected.png")).Rgb);
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
}
