using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>Cues of a channel, of a unit, and of a constant, against currents that are written out by hand.</summary>
public class CuePartTests
{
    private const string Level = "S9";

    private static readonly RecollectionOptions Linear = RecollectionVariant.Parse("linear").Options;

    [Theory]
    [InlineData("S9:5", 5, null, null)]
    [InlineData("S9:5.20.3", 5, 20, 3)]
    [InlineData("S9:63.0.26", 63, 0, 26)]
    public void Part_of_a_level_draws_what_its_values_alone_draw(string token, int channel, int? row, int? column)
    {
        using CnnModel model = CnnModel.Load("alexnet");
        float[] image = Image(model);
        TraceLevel level = model.Level(Level);
        float[] kept = model.Forward(image, 1).Activation(level, 0).ToArray();
        int plane = level.Shape.PlaneSize;
        for (int i = 0; i < kept.Length; i++)
        {
            int at = i % plane;
            if (i / plane != channel || (row is { } y && at != y * level.Shape.Width + column))
                kept[i] = 0;
        }
        Assert.Equal(Drawn(model, image, Cue.Custom(Level, kept)), Drawn(model, image, Cue.Parse(token)));
    }

    [Fact]
    public void Channels_of_a_level_add_up_to_the_whole()
    {
        using CnnModel model = CnnModel.Load("alexnet");
        float[] image = Image(model);
        float[] sum = new float[image.Length];
        for (int channel = 0; channel < model.Level(Level).Shape.Channels; channel++)
        {
            float[] part = Drawn(model, image, Cue.StoredChannel(Level, channel));
            for (int i = 0; i < sum.Length; i++)
                sum[i] += part[i];
        }
        float[] whole = Drawn(model, image, Cue.Stored(Level));
        float most = whole.Max(Math.Abs);
        Assert.All(sum.Zip(whole), pair => Assert.Equal(pair.Second, pair.First, 1e-4f * most));
    }

    [Fact]
    public void Constant_is_a_current_of_ones()
    {
        using CnnModel model = CnnModel.Load("alexnet");
        float[] image = Image(model), ones = new float[model.Level(Level).Shape.Count];
        Array.Fill(ones, 1f);
        Assert.Equal(Drawn(model, image, Cue.Custom(Level, ones)), Drawn(model, image, Cue.Constant(Level)));
    }

    [Theory]
    [InlineData("S9:64", "64 channels")]
    [InlineData("S9:0.27.0", "27 rows")]
    [InlineData("S9:0.0.27", "27 columns")]
    [InlineData("S1:448", "448 channels")]
    [InlineData("S1:0.1.0", "1 rows")]
    public void Part_that_a_level_does_not_have_is_refused(string token, string expected)
    {
        using CnnModel model = CnnModel.Load("alexnet");
        Cue cue = Cue.Parse(token);
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => cue.Check(model)).Message, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => new Recollector(model, cue)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trace_of_everything_holds_what_recollectors_ask_for_and_a_small_one_does_not()
    {
        using CnnModel model = CnnModel.Load("alexnet");
        float[] image = Image(model);
        using Recollector recollector = new(model, Cue.Stored(Level), Linear);
        Assert.True(recollector.Request.IsHeldBy(model.Forward(image, 1, model.Everything, null)));
        Assert.False(recollector.Request.IsHeldBy(model.Forward(image, 1, levels: [])));
        Assert.False(recollector.Request.IsHeldBy(model.Forward(image, 1, levels: null, switches: false)));
        Assert.False(recollector.Request.IsHeldBy(model.Forward(image, 1, levels: ["S8"])));
    }

    private static float[] Image(CnnModel model)
    {
        float[] image = new float[model.InputShape.Count];
        for (int i = 0; i < image.Length; i++)
            image[i] = MathF.Sin(i * 0.37f) + MathF.Cos(i * 0.011f);
        return image;
    }

    private static float[] Drawn(CnnModel model, float[] image, Cue cue)
    {
        using Recollector recollector = new(model, cue, Linear);
        return recollector.Recollect(image, 1)[0].Values.ToArray();
    }
}
