using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.Recollection;

public class CueTests
{
    [Theory]
    [InlineData("general_class")]
    [InlineData("last_layer")]
    [InlineData("random_last")]
    [InlineData("zero_neuron")]
    [InlineData("class_unit0")]
    [InlineData("source7")]
    [InlineData("rand10")]
    [InlineData("source:/features/conv1/Relu_output_0")]
    [InlineData("rand:relu1")]
    [InlineData("source7_top0.05")]
    [InlineData("source:relu1_top10_per_channel")]
    [InlineData("source7_only17")]
    [InlineData("source7_only17.3.5")]
    [InlineData("source:relu1_only0.12.0")]
    [InlineData("constant:S7")]
    [InlineData("constant:relu1")]
    public void Token_read_and_printed_is_the_same(string token) => Assert.Equal(token, Cue.Parse(token).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("source")]
    [InlineData("source:")]
    [InlineData("source0")]
    [InlineData("source-1")]
    [InlineData("class_unitx")]
    [InlineData("General_class")]
    [InlineData("source7_top0")]
    [InlineData("source7_top101")]
    [InlineData("rand7_top5")]
    [InlineData("S0:3")]
    [InlineData("S7:")]
    [InlineData("S7:3.4")]
    [InlineData("S7:99999999999")]
    [InlineData("rand7_only5")]
    public void Unknown_token_is_refused(string token) =>
        Assert.Contains($"'{token}'", Assert.Throws<FormatException>(() => Cue.Parse(token)).Message, StringComparison.Ordinal);

    [Fact]
    public void Plain_names_of_parts_and_controls_mean_the_cues()
    {
        Assert.Equal(Cue.StoredChannel(7, 17), Cue.Parse("S7:17"));
        Assert.Equal(Cue.StoredUnit(7, 17, 3, 5), Cue.Parse("S7:17.3.5"));
        Assert.Equal(Cue.Constant(7), Cue.Parse("constant:S7"));
        Assert.NotEqual(Cue.StoredUnit(7, 17, 3, 5), Cue.StoredUnit(7, 17, 5, 3));
        Assert.Equal(Cue.Zero, Cue.Parse("constant"));
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Cue.StoredChannel(3, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cue.StoredUnit(3, 0, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cue.ClassUnit(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cue.Units((0, float.NaN)));
        Assert.Contains("At least one unit is needed", Assert.Throws<ArgumentException>(() => Cue.Units()).Message, StringComparison.Ordinal);
        Assert.Contains("A custom cue needs values", Assert.Throws<ArgumentException>(() => Cue.Custom(3, Array.Empty<float>())).Message, StringComparison.Ordinal);
        Assert.Contains("The level is not set", Assert.Throws<ArgumentException>(() => Cue.Stored(default)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Cue.Stored(0));
        foreach (double percent in (double[])[0, -1, 100.5, double.NaN])
            Assert.Throws<ArgumentOutOfRangeException>(() => Cue.SparseStored(3, percent));
    }

    [Theory]
    [InlineData("7", 7, null)]
    [InlineData("S10", 10, null)]
    [InlineData("relu1", 0, "relu1")]
    [InlineData("Softmax", 0, "Softmax")]
    public void Level_is_a_number_or_a_name(string text, int number, string? name)
    {
        LevelReference level = LevelReference.Parse(text);
        Assert.Equal((number, name), (level.Number, level.Name));
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new RecollectionOptions { Unpooling = (Unpooling)9 }.Validate());
        Assert.Equal("Unpooling", error.ParamName);
        Assert.Contains("A level override does not name its level", Assert.Throws<ArgumentException>(() => new RecollectionOptions { Levels = [new LevelOverride(default)] }.Validate()).Message, StringComparison.Ordinal);
        new RecollectionOptions().Validate();
    }

    [Fact]
    public void Tokens_of_every_option_are_read_back()
    {
        foreach (CurrentNormalization value in Enum.GetValues<CurrentNormalization>())
            Assert.Equal(value, RecollectionTokens.ParseNormalization(value.ToToken()));
        foreach (Unpooling value in Enum.GetValues<Unpooling>())
            Assert.Equal(value, RecollectionTokens.ParseUnpooling(value.ToToken()));
        foreach (DisplayMode value in Enum.GetValues<DisplayMode>())
            Assert.Equal(value, RecollectionTokens.ParseDisplay(value.ToToken()));
        Assert.Contains("normalize_minmax", Assert.Throws<FormatException>(() => RecollectionTokens.ParseNormalization("minmax")).Message, StringComparison.Ordinal);
    }
}
