using BioLearn.Kernels.Threading;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Spiking;

/// <summary>A training from pictures to a network, with progress, cancellation and checkpoints.</summary>
public sealed record SpikingTraining
{
    /// <summary>Iterations from report to report.</summary>
    public const int ReportInterval = 250;

    private const int EncodedTogether = 64;

    /// <summary>Threads for coding and for frozen layers; the weights do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>File to keep the state of the training in, and to go on from if it is there; null for none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Iterations from checkpoint to checkpoint.</summary>
    public int CheckpointInterval { get; init; } = 1000;

    /// <summary>Hears of the training.</summary>
    public Action<SpikingTrainingProgress>? Report { get; init; }

    /// <summary>Asked after every picture and iteration; throws to stop the training. The checkpoint then has all that was done.</summary>
    public Action ThrowIfCancelled { get; init; } = () => { };

    /// <summary>Trains a network.</summary>
    /// <param name="options">The network.</param>
    /// <param name="pictures">Pictures of any size, in the order in which they will be learned; only their spikes are kept.</param>
    /// <returns>The trained network.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">There are no pictures.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or of another training.</exception>
    public SpikingNetwork Train(SpikingNetworkOptions options, IEnumerable<GrayPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pictures);
        options.Validate();
        Guard.AtLeast(Threads, 1);
        Guard.AtLeast(CheckpointInterval, 1);
        var spikes = Encode(options, pictures);
        var trainer = CheckpointPath is { } path && File.Exists(path)
            ? SafeFile.ReadBinary(path, reader => SpikingTrainer.Resume(reader, options, spikes, Threads))
            : new SpikingTrainer(options, spikes, Threads);
        if (trainer.Iteration < options.Iterations)
            Run(trainer);
        return new SpikingNetwork(trainer.Structure);
    }

    private void Run(SpikingTrainer trainer)
    {
        int total = trainer.Structure.Options.Iterations, pictures = 0;
        long spikes = 0, updates = 0;
        try
        {
            trainer.Train(iteration =>
            {
                (pictures, spikes, updates) = (pictures + 1, spikes + iteration.Spikes, updates + iteration.Updates);
                bool ended = iteration.Done == total || IsLastOfLayer(trainer.Structure.Options, iteration.Done);
                if (iteration.Done % ReportInterval == 0 || ended)
                {
                    Report?.Invoke(new(
                        iteration.Done, total, iteration.Layer + 1, trainer.Structure.Convergence(iteration.Layer), (double)spikes / pictures, (double)updates / pictures));
                    (pictures, spikes, updates) = (0, 0, 0);
                }

                if (iteration.Done % CheckpointInterval == 0 && iteration.Done < total)
                    Keep(trainer);
                ThrowIfCancelled();
            });
        }
        catch (OperationCanceledException)
        {
            Keep(trainer);
            throw;
        }

        Keep(trainer);
    }

    private void Keep(SpikingTrainer trainer)
    {
        if (CheckpointPath is { } path)
            SafeFile.WriteBinary(path, writer => SpikingModelFile.Write(writer, trainer.Structure, trainer.State));
    }

    private static bool IsLastOfLayer(SpikingNetworkOptions options, int done)
    {
        int end = 0;
        foreach (var layer in options.Layers)
        {
            end += layer.Learning?.Iterations ?? 0;
            if (layer.Learning is not null && end == done)
                return true;
        }

        return false;
    }

    private List<SpikeTrain> Encode(SpikingNetworkOptions options, IEnumerable<GrayPicture> pictures)
    {
        var spikes = new List<SpikeTrain>();
        foreach (var chunk in pictures.Chunk(EncodedTogether))
        {
            var job = new EncodeJob(options, chunk, new SpikeTrain[chunk.Length]);
            Partitioner.For(chunk.Length, grain: 16, Threads, ref job);
            spikes.AddRange(job.Results);
            ThrowIfCancelled();
        }

        return spikes;
    }

    private readonly record struct EncodeJob(SpikingNetworkOptions Options, GrayPicture[] Pictures, SpikeTrain[] Results) : IRangeJob
    {
        public void Invoke(int piece, int begin, int end)
        {
            var encoder = new SpikeEncoder(Options.Input, Options.TimeSteps, Options.Bins);
            var spikes = new SpikeTrain();
            for (int i = begin; i < end; i++)
            {
                encoder.Encode(Pictures[i], spikes);
                Results[i] = spikes.Compact();
            }
        }
    }
}
