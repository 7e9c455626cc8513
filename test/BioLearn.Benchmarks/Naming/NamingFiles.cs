using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using BioLearn.Benchmarks.Harness;
using BioLearn.ML.Spiking;
using Microsoft.ML.Data;

namespace BioLearn.Benchmarks.Naming;

/// <summary>The network of fixture 13a with the two photographs of fixture 13; and Face/Motor pictures, where they are.</summary>
internal static class NamingFiles
{
    private static string? Folder => Environment.GetEnvironmentVariable("BIOLEARN_FACE_MOTOR") is { Length: > 0 } folder ? folder : null;

    /// <summary>The full network, trained (seed 1 of the fixtures), thresholds 10/50.</summary>
    public static SpikingNetwork Network()
    {
        JsonElement file = Read("13a_fullsize_weights.json");
        return new(new SpikingStructure(SpikingNetworkOptions.FaceMotor, [Weights("conv1"), null, Weights("conv3"), null, Weights("conv5")]));

        float[] Weights(string layer) => MemoryMarshal.Cast<byte, float>(file.GetProperty(layer).GetProperty("data").GetBytesFromBase64()).ToArray();
    }

    /// <summary>Input spikes of two photographs, 160 x 250.</summary>
    public static (string Name, int[] Times)[] Photographs() =>
    [
        .. Read("13_fullsize_forward.json").GetProperty("images").EnumerateArray().Select(image =>
        {
            using var zlib = new ZLibStream(new MemoryStream(image.GetProperty("spike_time_int8_zlib").GetBytesFromBase64()), CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            zlib.CopyTo(bytes);
            return (Path.GetFileNameWithoutExtension(image.GetProperty("name").GetString()!), bytes.ToArray().Select(time => (int)(sbyte)time).ToArray());
        }),
    ];

    /// <summary>
    /// The training set of BIOLEARN_FACE_MOTOR, a folder with pictures and the list TrainingSet.txt; where that is not set, 400 drawings of two
    /// kinds.
    /// </summary>
    public static (string Name, GrayPicture[] Pictures) TrainingSet()
    {
        if (Folder is null)
            return ("drawings", [.. Enumerable.Range(0, 400).Select(Drawing)]);
        return ("face-motor", Set("TrainingSet").Pictures);
    }

    /// <summary>The pictures of a list in BIOLEARN_FACE_MOTOR, with their paths in it.</summary>
    public static (string[] Names, GrayPicture[] Pictures) Set(string list)
    {
        string folder = Folder ?? throw new InvalidOperationException("BIOLEARN_FACE_MOTOR must name a folder with the Face/Motor pictures and the lists TrainingSet.txt and TestingSet.txt");
        string[] names = [.. File.ReadAllLines(Path.Combine(folder, $"{list}.txt")).Where(name => name.Length > 0)];
        return (names, Array.ConvertAll(names, name => GrayPicture.FromImage(MLImage.CreateFromFile(Path.Combine(folder, name)))));
    }

    /// <summary>A picture of 500 x 340 with many edges: rings, or bars.</summary>
    public static GrayPicture Drawing(int index)
    {
        const int width = 500, height = 340;
        var random = new Random(index);
        byte[] pixels = new byte[width * height];
        random.NextBytes(pixels);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(100 + pixels[i] / 12);
        for (int shape = 0; shape < 30; shape++)
        {
            double x = random.Next(width), y = random.Next(height), size = 10 + random.Next(60), turn = 6 * random.NextDouble();
            int light = random.Next(256);
            for (int i = 0; i < pixels.Length; i++)
            {
                double dx = i % width - x, dy = i / width - y;
                bool inside = index < 200
                    ? Math.Abs(Math.Sqrt(dx * dx + dy * dy) - size) < 5
                    : Math.Abs(dx * Math.Cos(turn) + dy * Math.Sin(turn)) < 4 && Math.Abs(dy * Math.Cos(turn) - dx * Math.Sin(turn)) < size;
                if (inside)
                    pixels[i] = (byte)light;
            }
        }
        return new(width, height, pixels);
    }

    private static JsonElement Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.File("test", "fixtures", "naming", name)));
        return document.RootElement.Clone();
    }
}
