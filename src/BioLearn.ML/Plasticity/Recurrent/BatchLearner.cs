using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Threading;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// Learns from a batch of independent episodes. The batch is split into shards that do not depend on the number of threads;
/// each adds up its episodes in order, then shards are added in order, so that threads change no bit.
/// </summary>
internal sealed class BatchLearner<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostShards = 8;

    private readonly PlasticRecurrentNetwork<T> _network;
    private readonly EpisodeLearner<T>[] _shards;
    private readonly AssociativeMemoryEpisode<T>[] _drawn;
    private readonly EpisodeResult[] _results;
    private readonly int _threads;

    public BatchLearner(PlasticRecurrentNetwork<T> network, PlasticTrainerOptions options)
    {
        _network = network;
        _threads = options.Threads;
        int shards = Math.Min(options.BatchSize, MostShards);
        _shards = new EpisodeLearner<T>[shards];
        for (int s = 0; s < shards; s++)
            _shards[s] = new(network, options.Task, options.Engine, options.TraceStorage, direct: shards == 1, threads: shards == 1 ? options.Threads : 1);
        _drawn = new AssociativeMemoryEpisode<T>[options.BatchSize];
        for (int b = 0; b < _drawn.Length; b++)
            _drawn[b] = new(options.Task);
        _results = new EpisodeResult[options.BatchSize];
    }

    /// <summary>Draws the batch's episode <paramref name="index"/>.</summary>
    public void Draw(int index, RandomStream stream) => _drawn[index].Draw(stream);

    /// <summary>Sets the network's gradients to the mean over the batch; returns the mean result.</summary>
    public MeanResult Learn()
    {
        _network.ClearGradients();
        var job = new ShardJob { Learner = this };
        Partitioner.For(_shards.Length, 1, _threads, ref job);
        foreach (var shard in _shards)
            shard.Gradients.Flush();
        double loss = 0, absoluteError = 0, wrongSigns = 0;
        foreach (var result in _results)
        {
            loss += result.Loss;
            absoluteError += result.AbsoluteError;
            wrongSigns += result.WrongSigns;
        }

        return new(loss / _results.Length, absoluteError / _results.Length, wrongSigns / _results.Length);
    }

    private void LearnShard(int shard)
    {
        for (int b = shard; b < _drawn.Length; b += _shards.Length)
            _results[b] = _shards[shard].Learn(_drawn[b], 1.0 / _drawn.Length);
    }

    private struct ShardJob : IRangeJob
    {
        public BatchLearner<T> Learner;

        public readonly void Invoke(int piece, int begin, int end) => Learner.LearnShard(piece);
    }
}

/// <summary>Mean of a batch's <see cref="EpisodeResult"/>s.</summary>
internal readonly record struct MeanResult(double Loss, double AbsoluteError, double WrongSigns);
