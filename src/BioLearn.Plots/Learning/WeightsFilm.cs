using System.Globalization;
using System.Numerics;
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
    private readonly List<ImageTiles> _moments = [];

    /// <summary>Learning steps between two pictures; at least 1. Default: 100. Before learning there is one, too.</summary>
    public int Every { get; init; } = 100;

    /// <summary>Units that are drawn, the first ones; at least 1. Default: 30.</summary>
    public int Units { get; init; } = 30;

    /// <summary>What a row of features is: 1 or 3 channels of height x width; null where the network says so itself, or a row is a square.</summary>
    public TensorShape? Picture { get; init; }

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

    /// <inheritdoc/>
    public override IDisposable? Attach<T>(NetworkTrainer<T> trainer, Samples<T> rows)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        _moments.Clear();
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
        moment.Title = string.Create(CultureInfo.InvariantCulture, $"step {trainer.Steps}");
        _moments.Add(moment);
    }
}
