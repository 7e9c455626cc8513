using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Scoring;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Learning;

/// <summary>Data made ready once, then any number of trainings on it, each an ML.NET pipeline.</summary>
internal sealed class LearningRun
{
    private readonly LearnSettings _settings;
    private readonly HashSet<string> _warned = [];
    private bool _rehearses;
    private string? _fingerprint;
    private readonly MLContext _mlContext;
    private readonly DataSet _data;
    private readonly TransformerChain<ITransformer> _preparation;
    private readonly IDataView _training, _test;
    private readonly IDataView? _validation;
    private readonly double _knownShare = 1; // rows of other classes are left out by the trainer, and cannot be right

    public LearningRun(LearnSettings settings, Action<string> warn, CancellationToken cancellation)
    {
        _settings = settings;
        _mlContext = new MLContext(seed: 0);
        _mlContext.Log += (_, line) =>
        {
            // Trained in pieces, a network is warned of in each.
            lock (_warned)
            {
                if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning && !_rehearses && _warned.Add(line.RawMessage))
                    warn(line.RawMessage);
            }
        };
        _data = DataSet.Open(_mlContext, settings.Choice, cancellation);
        foreach (string note in _data.Notes)
            warn(note);
        IDataView rows = settings.Rows is { } count ? _mlContext.Data.TakeRows(_data.Training, count) : _data.Training, aside = rows;
        if (settings.ValidationShare > 0)
            (rows, aside) = SetAside(rows, settings.ValidationShare);
        EstimatorChain<ITransformer> preparation = new();
        if (_data.Prepare(_mlContext) is { } prepare)
            preparation = preparation.Append(prepare);
        if (Task == LearningTask.Classification)
            preparation = preparation.Append<ITransformer>(_mlContext.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue));
        _preparation = preparation.Fit(rows);
        _training = _preparation.Transform(rows);
        _test = _preparation.Transform(_data.Test);
        _validation = settings.ValidationShare > 0 ? _preparation.Transform(aside) : null;
        TrainingRows = _training.GetRowCount() ?? Rows(_training);
        Outputs = 1;
        if (Task == LearningTask.Classification)
            (Outputs, _knownShare) = CheckClasses(warn);
    }

    /// <summary>What is to be predicted.</summary>
    public LearningTask Task => _data.Task;

    /// <summary>The figure that trainings are measured by.</summary>
    public ScoreKind Score => ScoreKind.Of(Task);

    /// <summary>Whether rows are set aside to choose the epoch by.</summary>
    public bool Validates => _validation is not null;

    public bool ArePictures => _data.IsPictures;

    /// <summary>Channels, height and width of rows that are pictures; null for others.</summary>
    public TensorShape? Shape => _data.Shape;

    public string DataName => _data.Name;

    public int Features => ((VectorDataViewType)_training.Schema["Features"].Type).Size;

    /// <summary>Checksum of the data's files.</summary>
    public string Fingerprint => _fingerprint ??= DataSet.Fingerprint(_settings.Data, _settings.Test);

    /// <summary>Outputs of the network: classes, or 1.</summary>
    public int Outputs { get; }

    /// <summary>What the outputs are, in words.</summary>
    public string OutputText => Task switch { LearningTask.Regression => "a number", LearningTask.Binary => "true or false", _ => $"{Outputs} classes" };

    public long TrainingRows { get; }

    /// <summary>Trains, or goes on from a model; the test rows are only measured, they decide nothing.</summary>
    /// <exception cref="UsageException">The rule refuses the network, the task or an option.</exception>
    /// <exception cref="DivergenceException">The first epoch left the finite numbers.</exception>
    public PredictionTransformer<NetworkModelParameters> Train(
        LearningRule rule, NetworkOptions options, int seed, Action<EpochResult> report, CancellationToken cancellation, NetworkModelParameters? from = null, double secondsBefore = 0)
    {
        var clock = Stopwatch.StartNew();
        Complete(options, seed, cancellation);
        double Seconds() => secondsBefore + clock.Elapsed.TotalSeconds;
        if (!Validates && Task == LearningTask.Classification)
        {
            options.Progress = new Listener(p => report(new(p.Epoch, p.Loss, p.ValidationLoss ?? double.NaN, _knownShare * p.ValidationAccuracy ?? double.NaN, Seconds())));
            return Fit(rule, options, from);
        }
        return Measured(rule, options, report, from, Seconds);
    }

    /// <summary>
    /// Takes one learning step on a batch, and forgets it. What a rule refuses is said before the first of several rules has trained, and what is compiled
    /// at a first step is charged to none of them.
    /// </summary>
    /// <exception cref="UsageException">The rule refuses the network, the task or an option.</exception>
    public void Rehearse(LearningRule rule, NetworkOptions options, CancellationToken cancellation)
    {
        Complete(options, seed: 0, cancellation);
        options.NumberOfEpochs = 1;
        IDataView few = _mlContext.Data.TakeRows(_training, options.BatchSize);
        _rehearses = true; // what would be said of so few rows is not true of all
        try
        {
            Trainer(rule, options).Fit(few, few).Model.Dispose();
        }
        catch (ArgumentException refused)
        {
            throw Refusal(rule, refused);
        }
        catch (DivergenceException)
        {
            // The training will tell.
        }
        finally
        {
            _rehearses = false;
        }
    }

    private void Complete(NetworkOptions options, int seed, CancellationToken cancellation)
    {
        options.Seed = seed;
        if (_data.IsPictures)
            options.NormalizeFeatures = NormalizeFeatures.No; // pixels have one scale, from 0 to 1
        // More rows than there are make one step, and must not ask for their memory.
        options.BatchSize = (int)Math.Min(options.BatchSize, Math.Max(1, TrainingRows));
        options.CancellationToken = cancellation;
    }

    /// <summary>Saves the whole pipeline, from raw features to the name of the class; beside, then renamed.</summary>
    public void Save(PredictionTransformer<NetworkModelParameters> model, string path)
    {
        var chain = new TransformerChain<ITransformer>(_preparation, model);
        ITransformer whole = Task == LearningTask.Classification ? chain.Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(_training))) : chain;
        SafeFile.Write(path, file => _mlContext.Model.Save(whole, _data.Training.Schema, file));
    }

    /// <summary>Reads the network of a pipeline that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file holds another pipeline, or is damaged.</exception>
    public PredictionTransformer<NetworkModelParameters> Load(string path) =>
        BioLearnModel.Load(_mlContext, path, out _).Parts().OfType<PredictionTransformer<NetworkModelParameters>>().SingleOrDefault()
            ?? throw new InvalidDataException($"{path}: not a model of biolearn train");

    /// <summary>Epoch by epoch, in how many pieces changes no bit; after each the test rows are predicted, since the trainer looks at other rows, or has no score of its own.</summary>
    private PredictionTransformer<NetworkModelParameters> Measured(LearningRule rule, NetworkOptions options, Action<EpochResult> report, NetworkModelParameters? from, Func<double> seconds)
    {
        int epochs = options.EpochsFor(TrainingRows), patience = _settings.Patience ?? int.MaxValue;
        PredictionTransformer<NetworkModelParameters>? model = null;
        List<EpochResult> done = [];
        TrainingProgress last = default!;
        options.NumberOfEpochs = 1;
        options.Progress = new Listener(p => last = p);
        while (done.Count < epochs && EpochResult.Stale(done) < patience)
        {
            PredictionTransformer<NetworkModelParameters> next;
            try
            {
                next = Fit(rule, options, model?.Model ?? from);
            }
            catch (DivergenceException) when (model is not null)
            {
                break; // the epoch before it is the last good one, as in a training of one piece
            }
            model?.Model.Dispose();
            model = next;
            double lossAside = last.ValidationLoss ?? double.NaN;
            done.Add(new(model.Model.Epochs, last.Loss, Validates ? double.NaN : lossAside, TestScore(model), seconds()) { ValidationLoss = Validates ? lossAside : double.NaN });
            report(done[^1]);
        }
        return model!;
    }

    private PredictionTransformer<NetworkModelParameters> Fit(LearningRule rule, NetworkOptions options, NetworkModelParameters? from)
    {
        try
        {
            return Trainer(rule, options).Fit(_training, _validation ?? _test, from);
        }
        catch (ArgumentException refused)
        {
            throw Refusal(rule, refused);
        }
    }

    /// <exception cref="UsageException">The rule is not for the task.</exception>
    private BioLearnTrainer<NetworkModelParameters> Trainer(LearningRule rule, NetworkOptions options)
    {
        if (RuleTable.Rows.FirstOrDefault(one => one.Type == rule.GetType()) is { } row && !row.Tasks.HasFlag(Task.InTable()))
            throw new UsageException($"{_settings.RuleOption} {row.Name}: is for {row.Tasks.ToString().ToLowerInvariant()}; the data asks for {Task.ToString().ToLowerInvariant()} (--task says otherwise)");
        return Task switch
        {
            LearningTask.Binary => _mlContext.BinaryClassification.Trainers.LearningRule(rule, options),
            LearningTask.Regression => _mlContext.Regression.Trainers.LearningRule(rule, options),
            _ => _mlContext.MulticlassClassification.Trainers.LearningRule(rule, options),
        };
    }

    private double TestScore(PredictionTransformer<NetworkModelParameters> model)
    {
        IDataView scored = model.Transform(_test);
        if (Task == LearningTask.Regression)
            return NumberFigures.Of([.. scored.GetColumn<float>("Label").Select(x => (double)x)], [.. scored.GetColumn<float>("Score").Select(x => (double)x)]).RSquared;
        return Task == LearningTask.Binary
            ? scored.GetColumn<bool>("PredictedLabel").Zip(scored.GetColumn<bool>("Label")).Average(pair => pair.First == pair.Second ? 1.0 : 0)
            : scored.GetColumn<uint>("PredictedLabel").Zip(scored.GetColumn<uint>("Label")).Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }

    private (IDataView Rows, IDataView Aside) SetAside(IDataView rows, double share)
    {
        var split = _mlContext.Data.TrainTestSplit(rows, share, seed: 0); // one split for all seeds
        return Rows(split.TestSet) > 0 && Rows(split.TrainSet) > 0 ? (split.TrainSet, split.TestSet)
            : throw new UsageException($"--validation-share {share.ToString(CultureInfo.InvariantCulture)}: {Rows(rows)} rows are too few to set some aside");
    }

    private (int Classes, double KnownShare) CheckClasses(Action<string> warn)
    {
        int classes = checked((int)((KeyDataViewType)_training.Schema["Label"].Type).Count);
        string place = _data.LabelName is { } name ? $"{_settings.Data}, column '{name}'" : _settings.Data;
        if (classes < 2)
            throw new InvalidDataException($"{place}: the {TrainingRows} rows to learn from have one class only; there is nothing to tell apart");
        long known = 0, tested = 0;
        foreach (uint key in _test.GetColumn<uint>("Label"))
        {
            tested++;
            known += key > 0 ? 1 : 0;
        }
        if (known == 0)
            throw new InvalidDataException($"{place}: no row to test on has one of the {classes} classes of the {TrainingRows} rows to learn from; expected classes that come again, or --task regression for numbers to predict");
        if (known < tested)
            warn($"{tested - known} of the {tested} rows to test on are of classes that no row to learn from has: each counts as wrong");
        return (classes, (double)known / tested);
    }

    /// <summary>Names the option of the rule that is refused, or else the one of the command.</summary>
    private UsageException Refusal(LearningRule rule, ArgumentException refused)
    {
        var row = RuleTable.Rows.First(one => one.Type == rule.GetType());
        var option = rule.GetType().GetProperty(refused.ParamName ?? "");
        bool isOfRule = option is not null && !Equals(option.GetValue(rule), option.GetValue(row.CreateRule()));
        var refusal = GivenOptions.Refusal(refused, _settings, rule.Name, name => name == nameof(LearnSettings.Layers) && _settings.Network is not null ? nameof(LearnSettings.Network) : name);
        return isOfRule || !refusal.Message.StartsWith('-')
            ? new UsageException($"{_settings.RuleOption} {row.Name}{(isOfRule ? $":{option!.Name}={Convert.ToString(option.GetValue(rule), CultureInfo.InvariantCulture)}" : "")}: {GivenOptions.Plain(refused)}")
            : refusal;
    }

    private static long Rows(IDataView view)
    {
        long count = 0;
        using var cursor = view.GetRowCursor([]);
        while (cursor.MoveNext())
            count++;
        return count;
    }

    private sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value);
    }
}
