using System.Diagnostics;
using System.Threading.Channels;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;

namespace BioLearn.Cli.Recollection;

/// <summary>
/// Decoding, network, and encoding as three stages that overlap, joined by short queues, so that memory does not grow with the number of pictures.
/// What a picture's files hold depends on that picture alone: not on threads, batches, or on what was done before.
/// </summary>
internal sealed class RecollectionJob(
    Task<RecollectionNetwork> network, ImagePreprocessing preprocessing, IReadOnlyList<RecollectionColumn> columns, IReadOnlyList<string> classes,
    Manifest manifest, string folder, int batch, int threads)
{
    /// <summary>Recollects the pictures and notes each in the manifest.</summary>
    /// <param name="pictures">What is left to do.</param>
    /// <param name="finished">Called, by one thread at a time, for each picture done or failed.</param>
    /// <param name="cancellation">Stops soon; what is noted in the manifest stays whole.</param>
    public async Task RunAsync(IReadOnlyList<InputPicture> pictures, Action<ManifestPicture> finished, CancellationToken cancellation)
    {
        if (pictures.Count == 0)
            return;

        // Few pictures: rather several small passes at once, or several threads inside one, than idle cores.
        var passes = Math.Min(threads, pictures.Count);
        var perPass = Math.Clamp(pictures.Count / passes, 1, batch);
        using var pipeline = new Pipeline(cancellation);
        var decoded = Channel.CreateBounded<Decoded>(2 * passes * perPass);
        var recollected = Channel.CreateBounded<Recollected>(2 * passes * perPass);
        var next = -1;

        pipeline.Stage(Math.Min(threads, pictures.Count), async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < pictures.Count;)
            {
                pipeline.Token.ThrowIfCancellationRequested();
                if (Decode(pictures[i], finished) is { } one)
                    await decoded.Writer.WriteAsync(one, pipeline.Token);
            }
        }, () => decoded.Writer.Complete());
        pipeline.Stage(passes, async () =>
        {
            var ready = await network;
            // The first pass is of one picture, so that there soon is one to look at.
            for (var size = 1; await ReadBatch(decoded.Reader, size, pipeline.Token) is { Count: > 0 } group; size = perPass)
            {
                foreach (var one in Recollect(ready, group, Math.Max(1, threads / passes), pipeline.Token))
                    await recollected.Writer.WriteAsync(one, pipeline.Token);
            }
        }, () => recollected.Writer.Complete());
        pipeline.Stage(Math.Min(threads, pictures.Count), async () =>
        {
            await foreach (var one in recollected.Reader.ReadAllAsync(pipeline.Token))
                Report(Encode(one), finished);
        });
        await pipeline.WhenDone();
    }

    private Decoded? Decode(InputPicture picture, Action<ManifestPicture> finished)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var image = ImageFiles.Load(picture.Path);
            var crop = preprocessing.ResizeAndCrop(image);
            var input = new float[preprocessing.InputLength];
            preprocessing.Normalize(crop, input);
            return new(picture, image.Width, image.Height, crop, input, clock.Elapsed);
        }
        catch (InvalidImageException problem)
        {
            Report(Failed(picture, problem.Problem), finished);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Report(Failed(picture, InputPicture.NameProblem(picture.Path) ?? problem.Message), finished);
        }
        return null;
    }

    private IEnumerable<Recollected> Recollect(RecollectionNetwork ready, List<Decoded> group, int innerThreads, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var inputs = new float[group.Count * preprocessing.InputLength];
        for (var i = 0; i < group.Count; i++)
            group[i].Input.CopyTo(inputs, i * preprocessing.InputLength);
        var results = ready.Run([.. group.Select(one => one.Crop)], inputs, innerThreads, cancellation);
        var share = clock.Elapsed / group.Count;
        return group.Zip(results, (one, result) => new Recollected(one, result, share));
    }

    private ManifestPicture Encode(Recollected one)
    {
        var clock = Stopwatch.StartNew();
        var measures = new Stopwatch();
        var (decoded, result, networkTime) = one;
        var picture = decoded.Picture;
        if (result.Problem is { } problem)
            return Failed(picture, problem);
        ManifestClass[] seen = [.. result.Seen.Select(one => new ManifestClass(one.Class, one.Class < classes.Count ? classes[one.Class] : null, Rounded(one.Probability)))];
        var original = OriginalFile(picture.Id);
        ImageFiles.Save(decoded.Crop, Path.Combine(folder, original));
        var recollections = new ManifestRecollection[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            var file = RecollectionFile(picture.Id, columns[i]);
            ImageFiles.Save(result.Recollections[i], Path.Combine(folder, file));
            measures.Start();
            var quality = ImageMeasures.Compare(decoded.Crop, result.Recollections[i]);
            measures.Stop();
            recollections[i] = new()
            {
                Column = columns[i].Id,
                File = file,
                EdgeCorrelation = Rounded(quality.EdgeCorrelation),
                Pearson = Rounded(quality.Pearson),
                Ssim = Rounded(quality.Ssim),
                Controls = result.Controls[i] is { } controls ? Line(controls) : null,
            };
        }
        return Describe(picture) with
        {
            Width = decoded.Width,
            Height = decoded.Height,
            PredictedClass = seen.Length > 0 ? seen[0].Class : null,
            PredictedName = seen.Length > 0 ? seen[0].Name : null,
            Probability = seen.Length > 0 ? seen[0].Probability : null,
            Also = seen.Length > 1 ? seen[1..] : null,
            Original = original,
            Recollections = recollections,
            Milliseconds = new(Milliseconds(decoded.Time), Milliseconds(networkTime - result.ControlTime), Milliseconds(result.ControlTime),
                Milliseconds(measures.Elapsed), Milliseconds(clock.Elapsed - measures.Elapsed)),
        };
    }

    /// <summary>Finished pictures are noted first and shown then.</summary>
    private void Report(ManifestPicture picture, Action<ManifestPicture> finished)
    {
        manifest.Add(picture);
        lock (manifest)
            finished(picture);
    }

    public static string OriginalFile(string id) => $"originals/{id}.png";

    public static string RecollectionFile(string id, RecollectionColumn column) => $"recollections/{id}_{column.Id}.png";

    public static ManifestPicture Failed(InputPicture picture, string problem) => Describe(picture) with { Error = problem };

    private static ManifestPicture Describe(InputPicture picture) =>
        new() { Id = picture.Id, Source = picture.Path, Bytes = picture.Bytes, Modified = picture.Modified };

    private static ManifestControls Line(ControlMeasures controls) => new(Rounded(controls.CueSpecificity), Rounded(controls.OtherClass), Rounded(controls.Constant),
        Rounded(controls.Random), Rounded(controls.SwitchDependence), Rounded(controls.WeightDependence));

    private static double Rounded(double value) => Math.Round(value, 6);

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 6) : null;

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);

    private static async Task<List<Decoded>> ReadBatch(ChannelReader<Decoded> reader, int size, CancellationToken cancellation)
    {
        var group = new List<Decoded>(size);
        while (group.Count < size && await reader.WaitToReadAsync(cancellation))
        {
            while (group.Count < size && reader.TryRead(out var one))
                group.Add(one);
        }
        return group;
    }

    private sealed record Decoded(InputPicture Picture, int Width, int Height, PixelImage Crop, float[] Input, TimeSpan Time);

    private sealed record Recollected(Decoded Decoded, NetworkResult Result, TimeSpan NetworkTime);
}
