using BioLearn.ML.Spiking;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Spiking;

/// <summary>Coding of photographs, from the file to the spikes.</summary>
public class PhotographTests
{
    private static readonly SpikingNetworkOptions Options = SpikingNetworkOptions.FaceMotor;

    [Fact]
    public void Training_pictures_have_the_listed_pixels_and_spikes()
    {
        var rows = Json.Fixture("14_*.json").GetProperty("rows").EnumerateArray()
            .Select(row => (Row: row, Encoder: Encode(row[1].GetString()!))).Where(pair => pair.Encoder is not null).ToArray();
        if (rows.Length == 0)
            throw FixtureFiles.Missing("no file photographs/*.png of those that 14_*.json lists");
        foreach (var (row, encoder) in rows)
        {
            Assert.Equal(row[5].GetInt32(), encoder!.Resized.ToArray().Sum(pixel => pixel));
            Assert.Equal(row[6].GetInt32(), encoder.Times.ToArray().Count(time => time >= 0));
            Assert.Equal(row[7].GetInt32(), encoder.Times.ToArray().Where(time => time >= 0).Sum());
        }
    }

    [Fact]
    public void Test_pictures_have_the_spike_times_of_the_original()
    {
        foreach (var image in Json.Fixture("13_*.json").GetProperty("images").EnumerateArray())
        {
            string name = image.GetProperty("name").GetString()!;
            var encoder = Encode(name) ?? throw FixtureFiles.Missing($"no file photographs/{Path.GetFileNameWithoutExtension(name)}.png");

            Assert.Equal(image.Inflate("spike_time_int8_zlib").Select(time => (int)(sbyte)time), encoder.Times.ToArray());
        }
    }

    /// <summary>The spikes of a picture of the original's data set; null without it, for pictures need not come with a set of figures.</summary>
    private static SpikeEncoder? Encode(string picture)
    {
        if (FixtureFiles.FindOrOwn(Path.Combine("naming", "photographs"), $"{Path.GetFileNameWithoutExtension(picture)}.png") is not { } path)
            return null;
        var encoder = new SpikeEncoder(Options.Input, Options.TimeSteps, Options.Bins);
        encoder.Encode(GrayPicture.FromImage(MLImage.CreateFromFile(path)));
        return encoder;
    }
}
