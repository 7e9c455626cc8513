using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BioLearn.Cli.Learning;

/// <summary>One epoch of one run.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean training loss, as met on the way.</param>
/// <param name="TestLoss">Mean loss on the test rows of known classes.</param>
/// <param name="TestAccuracy">Share of all test rows whose class was found.</param>
/// <param name="Seconds">Wall time since the start, tests included.</param>
internal readonly record struct EpochResult(int Epoch, double Loss, double TestLoss, double TestAccuracy, double Seconds);

/// <summary>Data made ready once, then any number of trainings on it, each an ML.NET pipeline.</summary>
internal sealed class LearningRun
{
    private readonly LearnSettings _settings;
    private readonly HashSet<string> _warned = [];
    private string? _fingerprint;
    private readonly MLContext _mlContext;
    private readonly DataSet _data;
    private readonly ValueToKeyMappingTransformer _preparation;
    private readonly IDataView _training;
    private readonly IDataView _test;
    private readonly double _knownShare; // rows of other classes are left out by the trainer, and cannot be right

    public LearningRun(LearnSettings settings, Action<string> warn)
    {
        _settings = settings;
        _mlContext = new MLContext(seed: 0);
        _mlContext.Log += (_, line) =>
        {
            // Trained in pieces, a network is warned of in each.
            lock (_warned)
            {
                if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning && _warned.Add(line.RawMessage))
                    warn(line.RawMessage);
            }
        };
        _data = DataSet.Open(_mlContext, settings.Data, settings.Label, settings.Test, settings.TestShare, settings.CsvHeader);
        if (!_data.HasHeader && settings.CsvHeader == CsvHeader.Automatic)
            warn($"{settings.Data}: no line of names: the first line is read as a row, the columns are c1, c2, ... (--header says otherwise)");
        var rows = settings.Rows is { } count ? _mlContext.Data.TakeRows(_data.Training, count) : _data.Training;
        var preparation = _mlContext.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
        _preparation = preparation.Fit(rows);
        _training = _preparation.Transform(rows);
        _test = _preparation.Transform(_data.Test);
        TrainingRows = _training.GetRowCount() ?? Rows(_training);
        Classes = checked((int)((KeyDataViewType)_training.Schema["Label"].Type).Count);
        string place = _data.LabelName is { } name ? $"{settings.Data}, column '{name}'" : settings.Data;
        if (Classes < 2)
            throw new InvalidDataException($"{place}: the {TrainingRows} rows to learn from have one class only; there is nothing to tell apart");
        long known = 0, tested = 0;
        foreach (uint key in _test.GetColumn<uint>("Label"))
        {
            tested++;
            known += key > 0 ? 1 : 0;
        }
        _knownShare = (double)known / Math.Max(1, tested);
        if (known > 0 && known < tested)
            warn($"{tested - known} of the {tested} rows to test on are of classes that no row to learn from has: each counts as wrong");
        if (known == 0)
            throw new InvalidDataException($"{place}: no row to test on has one of the {Classes} classes of the {TrainingRows} rows to learn from; expected classes that come again, not numbers to predict");
    }

    public bool ArePictures => _data.IsPictures;

    public string DataName => _data.Name;

    public int Features => ((VectorDataViewType)_training.Schema["Features"].Type).Size;

    /// <summary>Checksum of the data's files.</summary>
    public string Fingerprint => _fingerprint ??= DataSet.Fingerprint(_settings.Data, _settings.Test);

    public int Classes { get; }

    public long TrainingRows { get; }

    public DataViewSchema InputSchema => _data.Training.Schema;

    public MLContext Context => _mlContext;

    /// <summary>Trains, or goes on from a model; the test rows are only measured, they decide nothing.</summary>
    /// <exception cref="UsageException">The rule refuses the network or an option.</exception>
    /// <exception cref="DivergenceException">The first epoch left the finite numbers.</exception>
    public PredictionTransformer<NetworkModelParameters> Train(
        LearningRule rule, NetworkOptions options, int seed, Action<EpochResult> report, CancellationToken cancellation, NetworkModelParameters? from = null, double secondsBefore = 0)
    {
        var clock = Stopwatch.StartNew();
        options.Seed = seed;
        if (_data.IsPictures)
            options.NormalizeFeatures = NormalizeFeatures.No; // pixels have one scale, from 0 to 1
        // More rows than there are make one step, and must not ask for their memory.
        options.BatchSize = (int)Math.Min(options.BatchSize, Math.Max(1, TrainingRows));
        options.CancellationToken = cancellation;
        options.Progress = new Listener(p => report(new(p.Epoch, p.Loss, p.ValidationLoss ?? double.NaN, _knownShare * p.ValidationAccuracy ?? double.NaN, secondsBefore + clock.Elapsed.TotalSeconds)));
        try
        {
            return _mlContext.MulticlassClassification.Trainers.LearningRule(rule, options).Fit(_training, _test, from);
        }
        catch (ArgumentException refused)
        {
            throw Refusal(rule, refused);
        }
    }

    /// <summary>Names the option of the rule that is refused, or else the one of the command.</summary>
    private UsageException Refusal(LearningRule rule, ArgumentException refused)
    {
        var row = RuleTable.Rows.First(one => one.Type == rule.GetType());
        var option = rule.GetType().GetProperty(refused.ParamName ?? "");
        bool isOfRule = option is not null && !Equals(option.GetValue(rule), option.GetValue(row.CreateRule()));
        var refusal = GivenOptions.Refusal(refused, _settings, rule.Name);
        return isOfRule || !refusal.Message.StartsWith('-')
            ? new UsageException($"--rule {row.Name}{(isOfRule ? $":{option!.Name}={Convert.ToString(option.GetValue(rule), CultureInfo.InvariantCulture)}" : "")}: {GivenOptions.Plain(refused)}")
            : refusal;
    }

    /// <summary>Saves the whole pipeline, from raw features to the name of the class; beside, then renamed.</summary>
    public void Save(PredictionTransformer<NetworkModelParameters> model, string path)
    {
        var chain = new TransformerChain<ITransformer>(_preparation, model).Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(_training)));
        SafeFile.Write(path, file => _mlContext.Model.Save(chain, InputSchema, file));
    }

    /// <summary>Reads the network of a pipeline that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file holds another pipeline, or is damaged.</exception>
    public PredictionTransformer<NetworkModelParameters> Load(string path) =>
        Parts(BioLearnModel.Load(_mlContext, path, out _)).OfType<PredictionTransformer<NetworkModelParameters>>().SingleOrDefault()
            ?? throw new InvalidDataException($"{path}: not a model of biolearn train");

    private static IEnumerable<ITransformer> Parts(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];

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
