using BioLearn.ML.Hosting;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.MlNet;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.MlNet;

public class SavedJsonTests
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
        var back = SavedJson.Parse<Cue>(SavedJson.Print(cue));

        Assert.Equal(cue.GetType(), back!.GetType());
        Assert.Equal(SavedJson.Print(cue), SavedJson.Print(back));
        Assert.Equal(cue.ToString(), back.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Place_of_a_custom_cue_comes_back(bool afterLevel)
    {
        Cue cue = Cue.Custom(2, new float[] { 1, 2 }, afterLevel);

        Assert.Equal(afterLevel, Assert.IsType<CustomCue>(SavedJson.Parse<Cue>(SavedJson.Print(cue))).AfterLevel);
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

        var back = SavedJson.Parse<RecollectionOptions>(SavedJson.Print(options))!;

        Assert.Equal(options with { Levels = [] }, back with { Levels = [] });
        Assert.Equal(options.Levels, back.Levels);
    }

    [Fact]
    public void Every_option_is_saved()
    {
        string json = SavedJson.Print(new RecollectionOptions()) + SavedJson.Print(new ImagePreprocessing());
        var settable = typeof(RecollectionOptions).GetProperties().Concat(typeof(ImagePreprocessing).GetProperties()).Where(p => p.CanWrite);

        Assert.All(settable, property => Assert.Contains($"\"{property.Name}\"", json, StringComparison.Ordinal));
    }

    [Fact]
    public void Preprocessing_comes_back()
    {
        var preprocessing = new ImagePreprocessing { Width = 227, Height = 225, Channels = ChannelOrder.Bgr, Divisor = 1, Mean = [104, 117, 123], StandardDeviation = [1, 1, 1], ResizeRatio = 1.1 };

        var back = SavedJson.Parse<ImagePreprocessing>(SavedJson.Print(preprocessing))!;

        Assert.Equal(SavedJson.Print(preprocessing), SavedJson.Print(back));
        Assert.Equal(preprocessing.Mean, back.Mean);
    }

    [Theory]
    [InlineData("""{"Unpooling":"Nonsense"}""")]
    [InlineData("""{"Unpooling":1}""")]
    [InlineData("""{"AnOptionOfTomorrow":true}""")]
    [InlineData("""{"Levels":[{"Level":0}]}""")]
    public void Options_that_this_version_does_not_know_are_refused(string json)
        => Assert.ThrowsAny<Exception>(() => SavedJson.Parse<RecollectionOptions>(json));
}
