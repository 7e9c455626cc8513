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
        var rows = Json.Fixture("14_*.json").GetProperty("rows").EnumerateArray().ToDictionary(row => Path.GetFileNameWithoutExtension(row[1].GetString()!));
        foreach (string name in (string[])["image_0001", "motor_0001"])
        {
            var encoder = Encode(name);

            Assert.Equal(rows[name][5].GetInt32(), encoder.Resized.ToArray().Sum(pixel => pixel));
            Assert.Equal(rows[name][6].GetInt32(), encoder.Times.ToArray().Count(time => time >= 0));
            Assert.Equal(rows[name][7].GetInt32(), encoder.Times.ToArray().Where(time => time >= 0).Sum());
        }
    }

    [Fact]
    public void Test_pictures_have_the_spike_times_of_the_original()
    {
        foreach (var image in Json.Fixture("13_*.json").GetProperty("images").EnumerateArray())
        {
            var encoder = Encode(Path.GetFileNameWithoutExtension(image.GetProperty("name").GetString()!));

            Assert.Equal(image.Inflate("spike_time_int8_zlib").Select(time => (int)(sbyte)time), encoder.Times.ToArray());
        }
    }

    private static SpikeEncoder Encode(string name)
    {
        var encoder = new SpikeEncoder(Options.Input, Options.TimeSteps, Options.Bins);
        string folder = Path.GetDirectoryName(FixtureFiles.Find("naming", "13_*.json").Single())!;
        encoder.Encode(GrayPicture.FromImage(MLImage.CreateFromFile(Path.Combine(folder, "photographs", $"{name}.png"))));
        return encoder;
    }
}
