using BioLearn.Cli.Recollection;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Cli.Tests.Recollection;

public class VariantTests
{
    [Fact]
    public void Known_names_mean_their_options()
    {
        Assert.Equal(RecollectionOptions.DeconvNet, Variant.Parse("deconvnet").Options);
        Assert.Equal(new RecollectionOptions(), Variant.Parse("minmax-local").Options);
        Assert.Equal(Unpooling.Random, Variant.Parse("random_switches").Options.Unpooling);
    }

    [Fact]
    public void Tokens_of_the_notebooks_set_what_they_name()
    {
        var variant = Variant.Parse("Pos_PosConv_Norm_1_TakePos_normalize_std_unpool_random_normalize_std_norescale");
        Assert.Equal(new RecollectionOptions
        {
            RectifyDense = true,
            RectifyConvolution = true,
            WinnerTakesAll = true,
            TakePositive = true,
            Normalization = CurrentNormalization.Std,
            Unpooling = Unpooling.Random,
            Display = DisplayMode.Std,
        }, variant.Options);
        Assert.True(variant.NamesDisplay);
        Assert.Equal(CurrentNormalization.None, Variant.Parse("Unnorm_0_normalize_minmax").Options.Normalization);
    }

    [Fact]
    public void File_name_of_the_notebooks_brings_its_cue_and_shape()
    {
        var variant = Variant.Parse("kitten.jpg_source7_Neg_NegConv_Norm_0_NoTakePos_normalize_minmax_unpool_indices_normalize.png");
        Assert.Equal(Cue.Stored(7), variant.Cue);
        Assert.Equal(ShapeMode.NotebookCrop, variant.Options.Shape);
        Assert.Throws<UsageException>(() => Variant.Parse("kitten.png"));
        Assert.Throws<UsageException>(() => Variant.Parse(""));
    }

    [Fact]
    public void Cues_have_plain_names_and_tokens()
    {
        string[] classes = ["ant", "cup"];
        Assert.Equal(Cue.PredictedClass, CueName.Parse("class", classes));
        Assert.Equal(Cue.ClassUnit(1).ToString(), CueName.Parse("class:Cup", classes).ToString());
        Assert.Equal(Cue.ClassUnit(1).ToString(), CueName.Parse("class:1", classes).ToString());
        Assert.Equal(Cue.Stored(9), CueName.Parse("S9", classes));
        Assert.Equal(Cue.Stored(9), CueName.Parse("source9", classes));
        Assert.Equal(Cue.Noise(4), CueName.Parse("noise:S4", classes));
        Assert.Throws<UsageException>(() => CueName.Parse("class:dog", classes));
    }

    [Fact]
    public void Pictures_with_equal_names_keep_apart_whatever_the_order()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["a/cat.png", "b/cat.jpg", "b/dog.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            File.WriteAllText(folder[name], "");
        }
        string[] paths = [folder["a/cat.png"], folder["b/cat.jpg"], folder["b/dog.png"]];
        var ids = InputPicture.Name(paths).ToDictionary(picture => picture.Path, picture => picture.Id);
        Assert.Equal(3, ids.Values.Distinct().Count());
        Assert.Equal("dog", ids[paths[2]]);
        Assert.All(InputPicture.Name([.. paths.Reverse()]), picture => Assert.Equal(ids[picture.Path], picture.Id));
    }
}
