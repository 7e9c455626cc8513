using System.Buffers.Binary;
using System.Text;
using BioLearn.Kernels.Random;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using SkiaSharp;

namespace BioLearn.Plots.Tests;

/// <summary>Animated PNG, chunk by chunk as its specification says; each picture decoded by itself must be the one that was added.</summary>
public sealed class AnimationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("films").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Frames_follow_each_other_and_decode_to_their_pictures()
    {
        Animation film = new() { FramesPerSecond = 4, LastSeconds = 3 };
        ImageTiles[] pictures = [Sheet(0), Sheet(1), Sheet(2)];
        foreach (ImageTiles picture in pictures)
            film.Add(picture);
        byte[] bytes = film.ToApng();
        Assert.Equal([137, 80, 78, 71, 13, 10, 26, 10], bytes[..8]);
        (string Type, byte[] Data)[] chunks = [.. Chunks(bytes)];
        Assert.Equal(("IHDR", "acTL", "IEND"), (chunks[0].Type, chunks[1].Type, chunks[^1].Type));
        Assert.Equal((3, 0), (Int(chunks[1].Data, 0), Int(chunks[1].Data, 4))); // pictures; plays for ever
        (string, byte[])[] controls = [.. chunks.Where(chunk => chunk.Type == "fcTL")];
        Assert.Equal(3, controls.Length);
        Assert.Equal([(250, 1000), (250, 1000), (3000, 1000)], controls.Select(chunk => ((int)BinaryPrimitives.ReadUInt16BigEndian(chunk.Item2.AsSpan(20)), (int)BinaryPrimitives.ReadUInt16BigEndian(chunk.Item2.AsSpan(22)))));
        // One row of numbers over fcTL and fdAT.
        Assert.Equal(Enumerable.Range(0, chunks.Count(chunk => chunk.Type is "fcTL" or "fdAT")), chunks.Where(chunk => chunk.Type is "fcTL" or "fdAT").Select(chunk => Int(chunk.Data, 0)));
        byte[][] frames = [.. Frames(chunks)];
        for (int i = 0; i < pictures.Length; i++)
        {
            byte[] alone = [.. bytes[..8], .. Chunk("IHDR", chunks[0].Data), .. Chunk("IDAT", frames[i]), .. Chunk("IEND", [])];
            using SKBitmap decoded = SKBitmap.Decode(alone), expected = SKBitmap.Decode(pictures[i].ToPng(1));
            Assert.Equal(expected.Bytes, decoded.Bytes);
        }
        film.Save(Path.Combine(_folder, "film.png"));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_folder, "film.png")));
    }

    [Fact]
    public void What_cannot_be_shown_is_refused()
    {
        Animation film = new();
        Assert.Throws<InvalidOperationException>(() => film.ToApng());
        film.Add(Sheet(0));
        Assert.Contains("the pictures before are", Assert.Throws<ArgumentException>(() => film.Add(new Chart())).Message, StringComparison.Ordinal);
        Assert.Contains(".png or .apng", Assert.Throws<ArgumentException>(() => film.Save(Path.Combine(_folder, "film.gif"))).Message, StringComparison.Ordinal);
        film.FramesPerSecond = 0;
        Assert.Throws<ArgumentOutOfRangeException>(() => film.ToApng());
    }

    [Fact]
    public void Weights_and_angles_of_a_training_are_kept_step_by_step()
    {
        Samples<float> samples = Rows();
        FeedbackAlignment rule = new();
        using Network<float> network = new(NetworkSpec.Sequential(new TensorShape(16), new Dense(6), new Dense(2)), rule, Initializer.GlorotUniform, seed: 1);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(.1), batchSize: 16);
        WeightsFilm film = new() { Every = 2, Units = 5 };
        LearningDiagnostics diagnostics = new() { Every = 2 };
        ImageTiles before = LayerPictures.FirstLayer(network, most: 5);
        using (new TrainingObservers(film, diagnostics).Attach(trainer, samples))
        {
            trainer.TrainEpoch(samples);
            trainer.TrainEpoch(samples);
        }
        Assert.Equal(["step 0", "step 2", "step 4", "step 6", "step 8"], film.Moments.Select(moment => moment.Title));
        before.Title = "step 0";
        Assert.Equal(before.ToPng(), film.Moments[0].ToPng());
        ImageTiles after = LayerPictures.FirstLayer(network, most: 5);
        after.Title = "step 8";
        Assert.Equal(after.ToPng(), film.Moments[^1].ToPng());
        Assert.Equal(5, film.Film().Frames.Count);
        Animation angles = DiagnosticsCharts.Film(diagnostics.Records, until => DiagnosticsCharts.Angles(until));
        Assert.Equal(5, angles.Frames.Count);
        Assert.Equal(((Chart)angles.Frames[0]).Y.Maximum, ((Chart)angles.Frames[^1]).Y.Maximum);
        Assert.Equal((0, 8), (((Chart)angles.Frames[0]).X.Minimum, ((Chart)angles.Frames[0]).X.Maximum));
        Assert.NotEqual(angles.Frames[1].ToPng(), angles.Frames[^1].ToPng());
    }

    [Fact]
    public void Film_of_a_training_in_two_processes_is_that_of_one()
    {
        Samples<float> samples = Rows();
        FeedbackAlignment rule = new();
        using Network<float> network = new(NetworkSpec.Sequential(new TensorShape(16), new Dense(6), new Dense(2)), rule, Initializer.GlorotUniform, seed: 1);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(.1), batchSize: 16);
        WeightsFilm whole = new() { Every = 3 }, first = new() { Every = 3 }, second = new() { Every = 3, Continues = true };
        string path = Path.GetTempFileName();
        try
        {
            whole.Attach(trainer, samples);
            first.Attach(trainer, samples);
            trainer.TrainEpoch(samples);
            first.Save(path);
            second.Load(path);
            Assert.Equal(["step 0", "step 3"], second.Moments.Select(moment => moment.Title));
            second.Attach(trainer, samples);
            trainer.TrainEpoch(samples);
            Assert.Equal(["step 0", "step 3", "step 6"], second.Moments.Select(moment => moment.Title));
            Assert.Equal(whole.Film().ToApng(), second.Film().ToApng());
            second.CutBehind(5);
            Assert.Equal(["step 0", "step 3"], second.Moments.Select(moment => moment.Title));
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => second.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void First_layer_is_drawn_in_the_shape_that_it_reads()
    {
        using Network<double> square = new(NetworkSpec.Sequential(new TensorShape(9), new Dense(3), new Dense(2)), new Backpropagation(), Initializer.GlorotUniform, seed: 1);
        float[] weights = [.. square.Weights(1).Values.ToArray().Select(w => (float)w)];
        Assert.Equal(ImageTiles.ReceptiveFields(weights, 3, 3).ToPng(), LayerPictures.FirstLayer(square).ToPng());
        Assert.Equal(ImageTiles.ReceptiveFields(weights, 9, 1).ToPng(), LayerPictures.FirstLayer(square, new TensorShape(1, 1, 9)).ToPng());
        using Network<float> colours = new(NetworkSpec.Sequential(new TensorShape(3, 4, 4), new Convolution2D(2, 3), new Dense(2)), new Backpropagation(), Initializer.GlorotUniform, seed: 1);
        Assert.Equal(new ImageTiles().Weights("", colours.Weights(1).Values[..27], 3, 3, 3).Weights("", colours.Weights(1).Values[27..], 3, 3, 3).ToPng(), LayerPictures.FirstLayer(colours).ToPng());
        using Network<float> places = new(NetworkSpec.Sequential(new TensorShape(1, 4, 4), new LocallyConnected2D(1, 3, 1), new Dense(2)), new Backpropagation(), Initializer.GlorotUniform, seed: 1);
        Assert.Equal(ImageTiles.ReceptiveFields(places.Weights(1).Values, 3, 3).ToPng(), LayerPictures.FirstLayer(places).ToPng());
        using Network<float> odd = new(NetworkSpec.Sequential(new TensorShape(7), new Dense(3), new Dense(2)), new Backpropagation(), Initializer.GlorotUniform, seed: 1);
        Assert.Contains("no square", Assert.Throws<ArgumentException>(() => LayerPictures.FirstLayer(odd)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_three_channels_are_grey_at_zero()
    {
        ImageTiles sheet = new ImageTiles { TileSize = 64 }.Weights("", [1, 0, -1, 0, 0, 0, 0, 0, -1, 0, 1, 0], 2, 2, 3);
        using SKBitmap picture = SKBitmap.Decode(sheet.ToPng(1));
        SKColor first = picture.GetPixel(14 + 16, 14 + 16), grey = picture.GetPixel(14 + 48, 14 + 48), third = picture.GetPixel(14 + 16, 14 + 48);
        Assert.Equal((255, 128, 0), (first.Red, first.Green, first.Blue));
        Assert.Equal((128, 128, 128), (grey.Red, grey.Green, grey.Blue));
        Assert.Equal((0, 128, 255), (third.Red, third.Green, third.Blue));
    }

    private static ImageTiles Sheet(int number) => new() { Title = $"step {number}" };

    private static IEnumerable<byte[]> Frames((string Type, byte[] Data)[] chunks)
    {
        List<byte> frame = [];
        foreach ((string type, byte[] data) in chunks)
        {
            if (type is "fcTL" or "IEND" && frame.Count > 0)
            {
                yield return [.. frame];
                frame.Clear();
            }
            if (type == "IDAT")
                frame.AddRange(data);
            if (type == "fdAT")
                frame.AddRange(data[4..]);
        }
    }

    private static IEnumerable<(string Type, byte[] Data)> Chunks(byte[] bytes)
    {
        for (int at = 8; at < bytes.Length;)
        {
            int length = Int(bytes, at);
            byte[] body = bytes[(at + 4)..(at + 8 + length)];
            Assert.Equal(Crc(body), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 8 + length)));
            yield return (Encoding.ASCII.GetString(body, 0, 4), body[4..]);
            at += 12 + length;
        }
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data], bytes = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, data.Length);
        body.CopyTo(bytes, 4);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + data.Length), Crc(body));
        return bytes;
    }

    private static int Int(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static uint Crc(byte[] data)
    {
        uint[] table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) == 1 ? 0xEDB88320 ^ (c >> 1) : c >> 1))];
        return ~data.Aggregate(uint.MaxValue, (crc, one) => table[(crc ^ one) & 255] ^ (crc >> 8));
    }

    private static Samples<float> Rows()
    {
        float[] features = new float[64 * 16];
        new RandomStream(seed: 1, "rows").FillNormal<float>(features, 0, 1);
        return Samples<float>.OfClasses(features, Enumerable.Range(0, 64).Select(row => row % 2).ToArray());
    }
}
