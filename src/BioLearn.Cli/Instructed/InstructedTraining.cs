using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Instructed.Data;
using BioLearn.Cli.Terminal;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.Cli.Instructed;

/// <summary>
/// Teaches networks on a data set, an epoch at a time: what each row is asked in an epoch comes from the seed and the epoch's number, so that a
/// training that was stopped goes on as if it had not been.
/// </summary>
internal sealed class InstructedTraining
{
    // Test questions asked after each epoch: many enough to see something, and little work beside the epoch's.
    private const int MostLive = 1000, LeastLive = 100;

    private readonly InstructTrainSettings _settings;
    private readonly InstructedData _data;
    private readonly MLContext _mlContext = new(seed: 0);
    private readonly IReadOnlyList<LayerSpec>? _layers;
    private readonly List<AskedRow> _live;
    private bool _teachesOne; // as a control: what its network is not taught, nobody asks it

    /// <exception cref="UsageException">The options do not make a network for this data.</exception>
    public InstructedTraining(InstructTrainSettings settings, InstructedData data, Action<string> warn)
    {
        (_settings, _data) = (settings, data);
        HashSet<string> warned = [];
        _mlContext.Log += (_, line) =>
        {
            // Trained in pieces, a network is warned of in each.
            if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning && !_teachesOne && warned.Add(line.RawMessage))
                warn(line.RawMessage);
        };
        _layers = NetworkChoice.Layers(settings, data);
        _live = Sample(InstructedData.All(data.Test), Math.Clamp(data.Training.Count / 2, LeastLive, MostLive), "live", settings.Seed);
    }

    public MLContext Context => _mlContext;

    /// <summary>Teaches one epoch more.</summary>
    /// <param name="from">The model that there is, or null.</param>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    /// <param name="only">Teach this instruction alone; null for all.</param>
    /// <param name="cancellation">Heard before every step.</param>
    /// <returns>The model, and the mean loss of the epoch.</returns>
    /// <exception cref="DivergenceException">It left the finite numbers.</exception>
    public (InstructedModel Model, double Loss) Epoch(InstructedModel? from, int epoch, int? only, CancellationToken cancellation)
    {
        double loss = double.NaN;
        var options = Options(heard => loss = heard.Loss, cancellation);
        try
        {
            return (InstructedModel.Teach(_mlContext, _data, Asked(epoch, only), options, from), loss);
        }
        catch (ArgumentException refused)
        {
            throw GivenOptions.Refusal(refused, _settings);
        }
    }

    /// <summary>Teaches a network one instruction alone, with those of its questions that the network of all instructions was asked.</summary>
    public InstructedModel Single(int instruction, CancellationToken cancellation)
    {
        InstructedModel? model = null;
        _teachesOne = true;
        for (int epoch = 1; epoch <= _settings.EpochsFor(_data); epoch++)
        {
            if (Asked(epoch, instruction).Count == 0)
                continue;
            var next = Epoch(model, epoch, instruction, cancellation).Model;
            model?.Dispose();
            model = next;
        }
        _teachesOne = false;
        return model ?? throw new InvalidDataException($"no row to learn from is asked '{_data.Instructions[instruction]}'");
    }

    /// <summary>Share of right answers to each instruction, of some test rows, for the eye while the training lasts.</summary>
    public double[] Live(InstructedModel model) => Accuracy.Of(model, _data, _data.Test, _live);

    /// <summary>Some of many, in their order, by a stream of the seed.</summary>
    public static List<AskedRow> Sample(List<AskedRow> all, int most, string stream, long seed)
    {
        if (all.Count <= most)
            return all;
        int[] order = new int[all.Count];
        new RandomStream(seed, $"sample/{stream}").FillPermutation(order);
        return [.. order.Take(most).Order().Select(i => all[i])];
    }

    private List<AskedRow> Asked(int epoch, int? only)
    {
        if (_settings.AsksAll)
            return [.. InstructedData.All(_data.Training).Where(asked => only is null || asked.Question.Instruction == only)];
        RandomStream draw = new(_settings.Seed, $"questions/{epoch}");
        List<AskedRow> asked = new(_data.Training.Count);
        for (int row = 0; row < _data.Training.Count; row++)
        {
            var questions = _data.Training.Questions(row);
            var question = questions[questions.Count == 1 ? 0 : draw.NextInt(questions.Count)];
            if (only is null || question.Instruction == only)
                asked.Add(new(row, question));
        }
        return asked;
    }

    private InstructedNetworkOptions Options(Action<TrainingProgress> heard, CancellationToken cancellation)
    {
        InstructedNetworkOptions options = new()
        {
            InputShape = _data.Input.IsPicture ? _data.Input.Shape : null,
            Layers = _layers,
            Decoders = _settings.PerTask ? InstructedDecoders.PerTask : InstructedDecoders.One,
            TopDown = _settings.TopDown,
            Credit = _settings.Credit,
            StartNoise = _settings.StartNoise,
            UpdateNoise = _settings.UpdateNoise,
            TaskEmbedding = _settings.EmbeddingFor(_data),
            LearnTaskHead = _settings.LearnTaskHead,
            Optimizer = OptimizerSettings.Adam(_settings.LearningRateFor(_data)) with { WeightDecay = _settings.WeightDecay, DecayBiases = _settings.DecayAll, DecayFeedback = _settings.DecayAll },
            LearningRateDecay = _settings.LearningRateDecay,
            BatchSize = _settings.BatchSizeFor(_data),
            NumberOfEpochs = 1,
            NumberOfThreads = _settings.Threads,
            Seed = _settings.Seed,
            CancellationToken = cancellation,
            Progress = new Listener(heard),
        };
        if (_data.Input.IsPicture)
            options.NormalizeFeatures = NormalizeFeatures.No; // scaled already, as the original does
        return options;
    }

    private sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value);
    }
}
