using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.Plots;

/// <summary>Watches a training and keeps pictures of the first layer's weights, to be seen one after the other.</summary>
/// <example>
/// <code>
/// WeightsFilm film = new() { Every = 50, Picture = new TensorShape(1, 28, 28) };
/// ml.MulticlassClassification.Trainers.FeedbackAlignment(new NetworkOptions { Diagnostics = film }).Fit(data);
/// film.Film().Save("weights.png");
/// </code>
/// </example>
public sealed class WeightsFilm : TrainingObserver
{
    // Version: raised where the file changes. Sides beyond the other are of a damaged file, and their product would leave the numbers.
    private const int Version = 1, MostSide = 1 << 15;

    private readonly List<long> _steps = [];
    private readonly List<ImageTiles> _moments = [];

    /// <summary>Learning steps between two pictures; at least 1. Default: 100. Before learning there is one, too.</summary>
    public int Every { get; init; } = 100;

    /// <summary>Units that are drawn, the first ones; at least 1. Default: 30.</summary>
    public int Units { get; init; } = 30;

    /// <summary>What a row of features is: 1 or 3 channels of height x width; null where the network says so itself, or a row is a square.</summary>
    public TensorShape? Picture { get; init; }

    /// <summary>Whether a training's pictures are set behind those that are there, of a training that it goes on with. Default: no, each training begins anew.</summary>
    public bool Continues { get; init; }

    /// <summary>The pictures of the last training, in order.</summary>
    public IReadOnlyList<ImageTiles> Moments => _moments;

    /// <summary>The pictures one after the other.</summary>
    /// <param name="framesPerSecond">Above 0, at most 100.</param>
    /// <returns>The animation.</returns>
    public Animation Film(double framesPerSecond = 6)
    {
        Animation film = new() { FramesPerSecond = framesPerSecond };
        foreach (ImageTiles moment in _moments)
            film.Add(moment);
        return film;
    }

    /// <summary>Forgets the pictures of later steps, which a training that goes on from here comes to once more.</summary>
    /// <param name="step">The last step whose picture stays.</param>
    public void CutBehind(long step)
    {
        int kept = _steps.Count(one => one <= step);
        _steps.RemoveRange(kept, _steps.Count - kept);
        _moments.RemoveRange(kept, _moments.Count - kept);
    }

    /// <summary>Writes the pictures' numbers, for a later process that goes on with the training; beside the file's place first.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path) => SafeFile.WriteBinary(path, file =>
    {
        file.Write(Version);
        file.Write(_moments.Count);
        for (int i = 0; i < _moments.Count; i++)
        {
            file.Write(_steps[i]);
            file.Write(_moments[i].Tiles.Count);
            foreach (Tile tile in _moments[i].Tiles)
            {
                file.Write(tile.Width);
                file.Write(tile.Height);
                file.Write(tile.Channels);
                file.Write(MemoryMarshal.AsBytes<float>(tile.Pixels));
            }
        }
    });

    /// <summary>Takes the pictures of a file in the place of those that are there.</summary>
    /// <param name="path">A file of <see cref="Save"/>.</param>
    /// <exception cref="InvalidDataException">It is another file, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Load(string path)
    {
        List<(long Step, ImageTiles Moment)> read = SafeFile.ReadBinary(path, file =>
        {
            if (file.ReadInt32() != Version)
                throw new InvalidDataException("is no film of weights of this version");
            List<(long, ImageTiles)> moments = [];
            for (int left = file.ReadInt32(); left > 0; left--)
            {
                long step = file.ReadInt64();
                ImageTiles moment = new() { Title = TitleOf(step) };
                for (int tiles = file.ReadInt32(); tiles > 0; tiles--)
                {
                    (int width, int height, int channels) = (file.ReadInt32(), file.ReadInt32(), file.ReadInt32());
                    if (width is < 1 or > MostSide || height is < 1 or > MostSide || channels is not (1 or 3) || (long)width * height * channels * sizeof(float) > file.BaseStream.Length - file.BaseStream.Position)
                        throw new InvalidDataException($"a picture of {channels} x {height} x {width} is not there");
                    float[] weights = new float[width * height * channels];
                    file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(weights.AsSpan()));
                    moment.Weights("", weights, width, height, channels);
                }
                moments.Add((step, moment));
            }
            return moments;
        });
        _steps.Clear();
        _moments.Clear();
        _steps.AddRange(read.Select(one => one.Step));
        _moments.AddRange(read.Select(one => one.Moment));
    }

    /// <inheritdoc/>
    public override IDisposable? Attach<T>(NetworkTrainer<T> trainer, Samples<T> rows)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (!Continues)
            CutBehind(-1);
        // The moment at which a training is taken up was seen at the end of the one before it, if it was to be.
        if (_moments.Count == 0)
            Keep(trainer);
        trainer.StepEnded += t =>
        {
            if (t.Steps % Every == 0)
                Keep(t);
        };
        return null;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Every, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Units, 1);
    }

    private void Keep<T>(NetworkTrainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ImageTiles moment = LayerPictures.FirstLayer(trainer.Network, Picture, Units);
        moment.Title = TitleOf(trainer.Steps);
        _steps.Add(trainer.Steps);
        _moments.Add(moment);
    }

    private static string TitleOf(long step) => string.Create(CultureInfo.InvariantCulture, $"step {step}");
}
