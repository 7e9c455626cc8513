using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.Recollection;

public class RecollectionVariantTests
{
    [Fact]
    public void Known_names_mean_their_options()
    {
        Assert.Equal(RecollectionOptions.DeconvNet, RecollectionVariant.Parse("deconvnet").Options);
        Assert.Equal(new RecollectionOptions(), RecollectionVariant.Parse("minmax-local").Options);
        Assert.Equal(Unpooling.Random, RecollectionVariant.Parse("random_switches").Options.Unpooling);
    }

    public static TheoryData<string> Names =>
        [.. RecollectionVariant.Known.Select(known => known.Name), "normalize_std_Pos_PosConv", "upsample_normalize_minmax", "Unnorm_unpool_sum", "1_TakePos_shape_crop_gate_identity"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Options_have_a_name_that_reads_back_as_they_are(string name)
    {
        RecollectionOptions options = RecollectionVariant.Parse(name).Options;
        RecollectionVariant back = RecollectionVariant.Of(options with { Seed = 5, Display = DisplayMode.MinMax });
        Assert.Equal(options, back.Options);
        Assert.False(back.NamesDisplay);
        Assert.Equal(back.Options, RecollectionVariant.Parse(back.Name).Options);
        RecollectionVariant shown = RecollectionVariant.Of(options with { Display = DisplayMode.Std }, namesDisplay: true);
        Assert.True(shown.NamesDisplay);
        Assert.Equal(options with { Display = DisplayMode.Std }, shown.Options);
    }

    [Fact]
    public void Known_variant_is_called_by_its_name() =>
        Assert.All(RecollectionVariant.Known, known => Assert.Same(known, RecollectionVariant.Of(known.Options)));

    [Fact]
    public void Tokens_of_the_notebooks_set_what_they_name()
    {
        RecollectionVariant variant = RecollectionVariant.Parse("Pos_PosConv_Norm_1_TakePos_normalize_std_unpool_random_normalize_std_norescale");
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
        Assert.Equal(CurrentNormalization.None, RecollectionVariant.Parse("Unnorm_0_normalize_minmax").Options.Normalization);
    }

    [Fact]
    public void File_name_of_the_notebooks_brings_its_cue_and_shape()
    {
        RecollectionVariant variant = RecollectionVariant.Parse("kitten.jpg_source7_Neg_NegConv_Norm_0_NoTakePos_normalize_minmax_unpool_indices_normalize.png");
        Assert.Equal(Cue.Stored(7), variant.Cue);
        Assert.Equal(ShapeMode.NotebookCrop, variant.Options.Shape);
        Assert.Throws<FormatException>(() => RecollectionVariant.Parse("kitten.png"));
        Assert.Throws<FormatException>(() => RecollectionVariant.Parse(""));
    }

    [Fact]
    public void Cues_have_plain_names_and_tokens()
    {
        string[] classes = ["ant", "cup"];
        Assert.Equal(Cue.PredictedClass, Cue.Parse("class", classes));
        Assert.Equal(Cue.ClassUnit(1).ToString(), Cue.Parse("class:Cup", classes).ToString());
        Assert.Equal(Cue.ClassUnit(1).ToString(), Cue.Parse("class:1", classes).ToString());
        Assert.Equal(Cue.Stored(9), Cue.Parse("S9", classes));
        Assert.Equal(Cue.Stored(9), Cue.Parse("source9", classes));
        Assert.Equal(Cue.Noise(4), Cue.Parse("noise:S4", classes));
        Assert.Contains("ant, anteater", Assert.Throws<FormatException>(() => Cue.Parse("class:an", ["ant", "anteater"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Printed_options_are_read_back()
    {
        foreach (RecollectionOptions options in RecollectionVariant.Known.Select(known => known.Options))
            Assert.Equal(options, RecollectionVariant.Parse(options.ToString()).Options);
        var every = new RecollectionOptions
        {
            RectifyDense = true,
            Normalization = CurrentNormalization.StdGlobal,
            WinnerTakesAll = true,
            Unpooling = Unpooling.Distribute,
            Display = DisplayMode.ReverseTransform,
            Relu = ReluRule.Both,
            Shape = ShapeMode.NotebookCrop,
            ResidualPath = ResidualPath.Shortcut,
            GlobalPooling = GlobalPoolingRule.Trace,
            BatchNorm = BatchNormRule.Inverse,
            ResponseNorm = ResponseNormRule.Identity,
            Softmax = SoftmaxRule.Jacobian,
            DisplayOverflow = DisplayOverflow.Wrap,
            Dialect = NotebookDialect.ConvPool,
        };
        Assert.Equal(every, RecollectionVariant.Parse(every.ToString()).Options);
    }

    [Fact]
    public void Vocabulary_has_a_word_for_every_value_of_every_option()
    {
        // What is no question of the picture, or is no single value, has no words.
        string[] silent = [nameof(RecollectionOptions.Seed), nameof(RecollectionOptions.Executor), nameof(RecollectionOptions.Levels)];
        foreach (System.Reflection.PropertyInfo option in typeof(RecollectionOptions).GetProperties().Where(property => property.SetMethod is { IsStatic: false } && !silent.Contains(property.Name)))
        {
            Array values = option.PropertyType == typeof(bool) ? (bool[])[false, true] : Enum.GetValues(option.PropertyType);
            foreach (object value in values)
            {
                var options = new RecollectionOptions();
                option.SetValue(options, value);
                Assert.Equal(options, RecollectionVariant.Parse(options.ToString()).Options);
            }
        }
    }
}
