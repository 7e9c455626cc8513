using BioLearn.Kernels.Threading;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Trains the layers of a network one after the other, one picture an iteration, in order and over and over. Spikes of frozen layers are
/// computed once for each picture and kept.
/// </summary>
internal sealed class SpikingTrainer
{
    private readonly IReadOnlyList<SpikeTrain> _pictures;
    private readonly int _threads;
    private readonly ulong _hash;
    private SpikeTrain[] _below = [];
    private int _belowLayer = -1;
    private LearningRates _rates;

    /// <summary>A training from its beginning.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="pictures">Input spikes of each picture.</param>
    /// <param name="threads">Threads for the frozen layers; nothing depends on it.</param>
    public SpikingTrainer(SpikingNetworkOptions options, IReadOnlyList<SpikeTrain> pictures, int threads = 1)
        : this(new SpikingStructure(options), pictures, threads)
    {
    }

    internal SpikingTrainer(SpikingStructure structure, IReadOnlyList<SpikeTrain> pictures, int threads)
    {
        if (pictures.Count == 0)
            throw new InvalidOperationException("There are 0 pictures to learn from.");
        Structure = structure;
        _pictures = pictures;
        _threads = threads;
        _hash = Hash(pictures);
    }

    public SpikingStructure Structure { get; }

    /// <summary>Iterations done.</summary>
    public int Iteration { get; private set; }

    /// <summary>Where the training stands, for a checkpoint.</summary>
    public SpikingTrainingState State => new(Iteration, _rates.Potentiation, _rates.Depression, _hash);

    /// <summary>Hears of winners: iteration, step, winners.</summary>
    public Action<int, int, IReadOnlyList<Winner>>? Watch { get; set; }

    /// <summary>Goes on from a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is of other options or other pictures.</exception>
    public static SpikingTrainer Resume(BinaryReader checkpoint, SpikingNetworkOptions options, IReadOnlyList<SpikeTrain> pictures, int threads = 1)
    {
        var (structure, training) = SpikingModelFile.ReadTraining(checkpoint);
        if (training is not { } state)
            throw new InvalidDataException("a network without the state of its training: it can be used, not trained on");
        if (OptionsJson.Text(options) != OptionsJson.Text(structure.Options))
            throw new InvalidDataException("a checkpoint of a network with other options; delete it or name another file");
        var trainer = new SpikingTrainer(structure, pictures, threads) { Iteration = state.Iteration, _rates = new(state.Potentiation, state.Depression) };
        return state.DataHash == trainer._hash
            ? trainer
            : throw new InvalidDataException("a checkpoint of a training on other pictures; delete it or name another file");
    }

    /// <summary>Trains until all iterations are done.</summary>
    /// <param name="afterIteration">Called after each iteration.</param>
    public void Train(Action<SpikingIteration>? afterIteration = null)
    {
        int begin = 0;
        for (int layer = 0; layer < Structure.LayerCount; layer++)
        {
            if (Structure.Options.Layers[layer].Learning is not { } learning)
                continue;
            int end = begin + learning.Iterations;
            if (Iteration < end)
                TrainLayer(layer, learning, begin, end, afterIteration);
            begin = end;
        }
    }

    private void TrainLayer(int layer, StdpOptions learning, int begin, int end, Action<SpikingIteration>? afterIteration)
    {
        if (Iteration == begin)
            _rates = new(learning);
        Freeze(layer);
        using var pass = new SpikingPass(Structure, Structure.Thresholds(learning: true), layer + 1);
        var learner = new SpikingLearner(Structure, pass, layer);
        if (Watch is { } watch)
            learner.Watch = (step, winners) => watch(Iteration, step, winners);
        while (Iteration < end)
        {
            var (spikes, updates) = learner.Learn(_below[Iteration % _below.Length], _rates);
            _rates.After(Iteration, learning);
            Iteration++;
            afterIteration?.Invoke(new(Iteration, layer, spikes, updates));
        }
    }

    /// <summary>Spikes that a layer will read, for every picture.</summary>
    private void Freeze(int layer)
    {
        var job = new FreezeJob(this, Math.Max(0, _belowLayer), layer, _belowLayer < 0 ? _pictures : _below, new SpikeTrain[_pictures.Count]);
        if (layer == 0)
            _below = [.. _pictures];
        else
        {
            Partitioner.For(_pictures.Count, grain: 16, _threads, ref job);
            _below = job.Results;
        }

        _belowLayer = layer;
    }

    private static ulong Hash(IReadOnlyList<SpikeTrain> pictures)
    {
        // FNV-1a over the spikes.
        ulong hash = 14695981039346656037;
        foreach (var picture in pictures)
        {
            for (int step = 0; step < picture.Steps; step++)
            {
                foreach (int neuron in picture[step])
                    hash = (hash ^ (uint)neuron) * 1099511628211;
                hash = (hash ^ 0xFFFFFFFF) * 1099511628211;
            }
        }

        return hash;
    }

    private readonly record struct FreezeJob(SpikingTrainer Trainer, int From, int To, IReadOnlyList<SpikeTrain> Inputs, SpikeTrain[] Results) : IRangeJob
    {
        public void Invoke(int piece, int begin, int end)
        {
            var structure = Trainer.Structure;
            using var pass = new SpikingPass(structure, structure.Thresholds(learning: true), To);
            for (int picture = begin; picture < end; picture++)
                Results[picture] = pass.Run(Inputs[picture], From, To).Compact();
        }
    }
}

/// <summary>What an iteration of learning did.</summary>
/// <param name="Done">Iterations done.</param>
/// <param name="Layer">Layer that learned, from 0.</param>
/// <param name="Spikes">Its spikes until it had nothing left to learn from the picture.</param>
/// <param name="Updates">Neurons that learned.</param>
internal readonly record struct SpikingIteration(int Done, int Layer, int Spikes, int Updates);
