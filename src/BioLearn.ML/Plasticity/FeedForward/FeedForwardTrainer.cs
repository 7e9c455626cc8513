using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.FeedForward;

/// <summary>Runs one experiment of a <see cref="FeedForwardTask"/>: the same seed gives the same numbers.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class FeedForwardTrainer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double InitialScale = .1;
    private const int WordsPerEpisodeBits = 16;

    private readonly FeedForwardTask _task;
    private readonly FeedForwardPass<T> _pass;
    private readonly ParameterOptimizer<T> _optimizer;
    private readonly FeedForwardEpisode<T> _episode;
    private readonly RandomStream _episodes;
    private readonly T[] _errors;

    /// <summary>Draws the first weights: normal with a deviation of .1, of the outputs their magnitudes.</summary>
    /// <param name="task">The experiment.</param>
    /// <param name="gradient">Which gradient trains.</param>
    /// <param name="seed">Seed of all random streams.</param>
    public FeedForwardTrainer(FeedForwardTask task, FeedForwardGradient gradient, long seed)
    {
        ArgumentNullException.ThrowIfNull(task);
        _task = task;
        Network = task.CreateNetwork<T>();
        _pass = new(Network, task.Steps, T.CreateChecked(task.Decay), gradient);
        _optimizer = new(Network.Parameters, task.Optimizer);
        _episode = new(Network, task.Steps);
        _episodes = new(seed, "episodes");
        _errors = new T[task.Episodes];
        Initialize(seed);
    }

    /// <summary>The network as far as it is trained.</summary>
    public FeedForwardNetwork<T> Network { get; }

    /// <summary>Episodes done so far.</summary>
    public int EpisodesDone { get; private set; }

    /// <summary>The logged error of every episode done: the mean over the steps behind the learning steps.</summary>
    public ReadOnlySpan<T> Errors => _errors.AsSpan(0, EpisodesDone);

    /// <summary>Runs all episodes that are left.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, between two episodes.</exception>
    public void Train(CancellationToken cancellationToken = default)
    {
        while (EpisodesDone < _task.Episodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunEpisode();
        }
    }

    /// <summary>Draws and runs one episode, and learns from it unless it is one of the last that only measure.</summary>
    /// <exception cref="InvalidOperationException">All are done.</exception>
    public void RunEpisode()
    {
        if (EpisodesDone >= _task.Episodes)
            throw new InvalidOperationException($"all {_task.Episodes} episodes of '{_task.Name}' are done");
        _episodes.Position = (long)EpisodesDone << WordsPerEpisodeBits;
        _task.Draw(_episodes, _episode);
        T sum = _pass.Forward(_episode);
        _errors[EpisodesDone] = sum / T.CreateChecked(_task.Steps - _task.LearningSteps);
        if (EpisodesDone < _task.TrainingEpisodes)
        {
            _pass.Backward(_episode);
            _optimizer.Step();
            _optimizer.ClearGradients();
        }

        EpisodesDone++;
    }

    private void Initialize(long seed)
    {
        foreach (var parameter in Network.Parameters)
        {
            var stream = new RandomStream(seed, parameter.Name);
            for (int row = 0; row < parameter.Rows; row++)
                stream.FillNormal(parameter.Row(row), T.Zero, T.CreateChecked(InitialScale));
        }

        foreach (ref T weight in Network.OutputWeights.Values)
            weight = T.Abs(weight);
    }
}
