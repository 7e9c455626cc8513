using BioLearn.ML.Hosting;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.MlNet;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.MlNet;

public class SavedOptionsTests
{
    public static TheoryData<Cue> Cues() =>
    [
        Cue.PredictedClass, Cue.OutputLayer, Cue.RandomVector, Cue.Zero, Cue.ClassUnit(7), Cue.Units((3, 0.5f), (9, -2f)),
        Cue.Stored(4), Cue.Stored("pool5"), Cue.SparseStored(3, 12.5), Cue.SparseStored("S2", 1, perChannel: true), Cue.Noise(2),
        Cue.Custom("fc6", new float[] { 1, -2, float.Epsilon }),
    ];

    [Theory]
    [MemberData(nameof(Cues))]
    public void Cue_comes_back(Cue cue)
    {
        var back = OptionsJson.Read<Cue>(OptionsJson.Text(cue));

        Assert.Equal(cue.GetType(), back!.GetType());
        Assert.Equal(OptionsJson.Text(cue), OptionsJson.Text(back));
        Assert.Equal(cue.ToString(), back.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Place_of_a_custom_cue_comes_back(bool afterLevel)
    {
        Cue cue = Cue.Custom(2, new float[] { 1, 2 }, afterLevel);

        Assert.Equal(afterLevel, Assert.IsType<CustomCue>(OptionsJson.Read<Cue>(OptionsJson.Text(cue))).AfterLevel);
    }

    [Fact]
    public void Options_come_back()
    {
        var options = RecollectionOptions.DeconvNet with
        {
            Unpooling = Unpooling.Random,
            Seed = 42,
            WinnerTakesAll = true,
            Levels = [new(3) { Normalization = CurrentNormalization.None, Rectify = false }, new("conv1") { Unpooling = Unpooling.Sum }],
        };

        var back = OptionsJson.Read<RecollectionOptions>(OptionsJson.Text(options))!;

        Assert.Equal(options with { Levels = [] }, back with { Levels = [] });
        Assert.Equal(options.Levels, back.Levels);
    }

    [Fact]
    public void Every_option_is_saved()
    {
        string json = OptionsJson.Text(new RecollectionOptions()) + OptionsJson.Text(new ImagePreprocessing());
        var settable = typeof(RecollectionOptions).GetProperties().Concat(typeof(ImagePreprocessing).GetProperties()).Where(p => p.CanWrite);

        Assert.All(settable, property => Assert.Contains($"\"{property.Name}\"", json, StringComparison.Ordinal));
    }

    [Fact]
    public void Preprocessing_comes_back()
    {
        var preprocessing = new ImagePreprocessing { Width = 227, Height = 225, Channels = ChannelOrder.Bgr, Divisor = 1, Mean = [104, 117, 123], StandardDeviation = [1, 1, 1], ResizeRatio = 1.1 };

        var back = OptionsJson.Read<ImagePreprocessing>(OptionsJson.Text(preprocessing))!;

        Assert.Equal(OptionsJson.Text(preprocessing), OptionsJson.Text(back));
        Assert.Equal(preprocessing.Mean, back.Mean);
    }

    [Theory]
    [InlineData("""{"Unpooling":"Nonsense"}""")]
    [InlineData("""{"Unpooling":1}""")]
    [InlineData("""{"AnOptionOfTomorrow":true}""")]
    [InlineData("""{"Levels":[{"Level":0}]}""")]
    public void Options_that_this_version_does_not_know_are_refused(string json)
        => Assert.Throws<InvalidDataException>(() => OptionsJson.Read<RecollectionOptions>(json));
}
