using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Plasticity.Recurrent;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity;

/// <summary>
/// Meta-trains a <see cref="PlasticRecurrentNetwork{T}"/>: over many episodes it learns how to learn the patterns of one.
/// The same options give the same numbers, whatever the number of threads, and whether or not training was interrupted.
/// </summary>
/// <example>
/// <code>
/// var trainer = new PlasticRecurrentTrainer&lt;float&gt;(PlasticTrainerOptions.Orthogonal28 with { Updates = 5000 });
/// trainer.Train();
/// trainer.Save("memory.blpn");
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PlasticRecurrentTrainer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Words of the random stream that one episode may take; each episode starts at its own multiple.</summary>
    private const int WordsPerEpisodeBits = 24;

    private readonly BatchLearner<T> _learner;
    private readonly RandomStream _episodes;

    /// <summary>Draws the first weights.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PlasticRecurrentTrainer(PlasticTrainerOptions options)
        : this(Checked(options), new PlasticRecurrentNetwork<T>(options.NetworkOfTask))
    {
        Initialize();
    }

    private PlasticRecurrentTrainer(PlasticTrainerOptions options, PlasticRecurrentNetwork<T> network)
    {
        Options = options with { Network = network.Options };
        Network = network;
        Optimizer = new(network.Parameters, options.Optimizer);
        History = new(options.Updates);
        _learner = new(network, options);
        _episodes = new(options.Seed, "episodes");
    }

    /// <summary>What is trained, and how.</summary>
    public PlasticTrainerOptions Options { get; }

    /// <summary>The network as far as it is trained.</summary>
    public PlasticRecurrentNetwork<T> Network { get; }

    /// <summary>Updates done so far.</summary>
    public int UpdatesDone { get; private set; }

    /// <summary>Error of every update done.</summary>
    public PlasticTrainingHistory History { get; }

    internal ParameterOptimizer<T> Optimizer { get; }

    /// <summary>Trains until all updates are done.</summary>
    /// <param name="progress">Told after every update, on this thread; must be quick.</param>
    /// <param name="cancellationToken">Stops between two updates; what is trained so far stays, and <see cref="Train"/> may be called again.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Train(IProgress<PlasticTrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        while (UpdatesDone < Options.Updates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var report = Update();
            progress?.Report(report);
        }
    }

    /// <summary>One update: draws a batch of episodes, adds up their gradients, takes a step.</summary>
    public PlasticTrainingProgress Update()
    {
        for (int b = 0; b < Options.BatchSize; b++)
        {
            _episodes.Position = ((long)UpdatesDone * Options.BatchSize + b) << WordsPerEpisodeBits;
            _learner.Draw(b, _episodes);
        }

        var mean = _learner.Learn();
        Optimizer.Step();
        ApplyConstraints();
        UpdatesDone++;
        var report = new PlasticTrainingProgress(UpdatesDone, Options.Updates, mean.Loss, mean.AbsoluteError, mean.WrongSigns / Options.Task.PatternSize);
        History.Add(report);
        return report;
    }

    /// <summary>Writes network, optimizer and history to a file, beside its place and then renamed: a crash leaves the old file or the new one.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SafeFile.WriteBinary(path, Save);

    /// <summary>Writes network, optimizer and history, as a checkpoint of one's own.</summary>
    /// <param name="writer">Where to.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        PlasticModelFile.Write(writer, checkedWriter =>
        {
            PlasticModelFile.WriteNetwork(checkedWriter, Options, Network);
            PlasticModelFile.WriteTraining(checkedWriter, this);
        });
    }

    /// <summary>Goes on where <see cref="Save(string)"/> left off: the numbers are those of a training that was never interrupted.</summary>
    /// <param name="path">A file of <see cref="Save(string)"/>.</param>
    /// <param name="updates">Updates to do in all, at least those done; null for the number that the file names.</param>
    /// <exception cref="InvalidDataException">The file is no training, is damaged, or holds another element type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="updates"/> is less than was done.</exception>
    public static PlasticRecurrentTrainer<T> Resume(string path, int? updates = null) => SafeFile.ReadBinary(path, file => Resume(file, updates, path));

    /// <summary>Goes on where <see cref="Save(BinaryWriter)"/> left off.</summary>
    /// <param name="reader">What it wrote.</param>
    /// <exception cref="InvalidDataException">It is no training, is damaged, or holds another element type.</exception>
    public static PlasticRecurrentTrainer<T> Resume(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Resume(reader, null, "the checkpoint");
    }

    private static PlasticRecurrentTrainer<T> Resume(BinaryReader file, int? updates, string name)
    {
        BinaryReader reader = PlasticModelFile.Open(file);
        var (options, network) = PlasticModelFile.ReadNetwork<T>(reader);
        int done = PlasticModelFile.ReadUpdatesDone(reader);
        if (updates < done)
            throw new ArgumentOutOfRangeException(nameof(updates), updates, $"{name} has {done} updates done already");
        var trainer = new PlasticRecurrentTrainer<T>(options with { Updates = updates ?? Math.Max(done, options.Updates) }, network) { UpdatesDone = done };
        PlasticModelFile.ReadTraining(reader, trainer);
        return trainer;
    }

    private void Initialize()
    {
        double weightScale = Options.WeightScale ?? 1.1 / Math.Sqrt(Network.Neurons);
        var weights = new RandomStream(Options.Seed, "weights");
        var alpha = new RandomStream(Options.Seed, "alpha");
        for (int i = 0; i < Network.Neurons; i++)
            weights.FillNormal(Network.Weights.Row(i), T.Zero, T.CreateChecked(weightScale));
        for (int i = 0; i < Network.Alpha.Rows; i++)
        {
            if (Options.PositiveAlpha)
                alpha.FillUniform(Network.Alpha.Row(i), T.Zero, T.CreateChecked(Options.AlphaScale));
            else
                alpha.FillNormal(Network.Alpha.Row(i), T.Zero, T.CreateChecked(Options.AlphaScale));
        }

        ApplyConstraints();
    }

    private void ApplyConstraints()
    {
        if (!Options.Plastic)
            Network.Alpha.Values.Clear();
        Network.Refresh();
    }

    private static PlasticTrainerOptions Checked(PlasticTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return options;
    }
}
