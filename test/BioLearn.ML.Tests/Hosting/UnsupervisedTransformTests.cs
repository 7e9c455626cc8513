using System.Globalization;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Spiking;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>What every transform that learns from features alone must do inside ML.NET.</summary>
public sealed class UnsupervisedTransformTests : IDisposable
{
    /// <summary>Each kind: options with a seed of their own unless null, then the estimator.</summary>
    private static readonly Dictionary<string, Func<MLContext, Common, IEstimator<ITransformer>>> Kinds = new()
    {
        ["HebbianComponents"] = (ml, c) => ml.Transforms.HebbianComponents(c.Into(new HebbianOptions { NumberOfUnits = 3, NumberOfEpochs = 3 })),
        ["SoftHebb"] = (ml, c) => ml.Transforms.CompetitiveLayer(c.Into(new CompetitiveOptions { NumberOfUnits = 12, NumberOfEpochs = 3, Activation = CompetitiveActivation.Triangle, EnsureZeroMean = true })),
        ["KrotovHopfield"] = (ml, c) => ml.Transforms.CompetitiveLayer(c.Into(new CompetitiveOptions { NumberOfUnits = 12, NumberOfEpochs = 3, Rule = new KrotovHopfield { Power = 3 } })),
        ["CompetitivePatches"] = (ml, c) => ml.Transforms.CompetitiveLayer(c.Into(new CompetitiveOptions { NumberOfUnits = 12, NumberOfPatches = 200, WhiteningRidge = 0.1, Patches = new(new(1, 2, 3), Size: 2) { PoolingSize = 1, Pooling = PatchPooling.Max } })),
        ["CompetitiveNetwork"] = (ml, c) => ml.Transforms.CompetitiveNetwork(c.Into(new CompetitiveNetworkOptions { Picture = new(1, 2, 3), NumberOfEpochs = 3, Layers = [new(12, 2) { LearningRate = 0.1, InitialLength = 3, PoolingSize = 2, PoolingStride = 1, PoolingPadding = 1 }, new(12, 1) { LearningRate = 0.1, InitialLength = 3, PoolingSize = 1 }] })),
        ["RestrictedBoltzmannMachine"] = (ml, c) => ml.Transforms.RestrictedBoltzmannMachine(c.Into(new RestrictedBoltzmannMachineOptions { NumberOfUnits = 7, NumberOfEpochs = 20, BatchSize = 10 })),
        ["GaussianBoltzmannMachine"] = (ml, c) => ml.Transforms.RestrictedBoltzmannMachine(c.Into(new RestrictedBoltzmannMachineOptions { NumberOfUnits = 7, VisibleUnits = VisibleUnits.Gaussian, SampleVisible = true, Persistent = true, NumberOfEpochs = 20, BatchSize = 10 })),
        ["DeepBeliefNetwork"] = (ml, c) => ml.Transforms.DeepBeliefNetwork(c.Into(new DeepBeliefNetworkOptions { HiddenUnits = [8, 7], NumberOfEpochs = 20, BatchSize = 10 })),
        ["HelmholtzMachine"] = (ml, c) => ml.Transforms.HelmholtzMachine(c.Into(new HelmholtzOptions { HiddenUnits = [8, 7], NumberOfEpochs = 20, BatchSize = 10 })),
        ["SpikingCompetition"] = (ml, c) => ml.Transforms.SpikingCompetition(c.Into(new SpikingCompetitionOptions { NumberOfUnits = 9, NumberOfEpochs = 3, PresentationTime = 100, MaximumRate = 1500, TotalWeight = 3 })),
        ["HopfieldMemory"] = (ml, c) => ml.Transforms.HopfieldMemory(c.Into(new HopfieldOptions { Threshold = 0.5f })),
        ["ModernHopfieldMemory"] = (ml, c) => ml.Transforms.HopfieldMemory(c.Into(new HopfieldOptions { Rule = HopfieldRule.Modern })),
    };

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-unsupervised-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Names() => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Saved_transform_gives_the_same_in_a_fresh_process(string kind)
    {
        ITransformer model = Fit(kind);
        string path = Path.Combine(_folder, "model.zip");
        _mlContext.Model.Save(model, Rows().Schema, path);
        Assert.Equal(Describe(_mlContext, model), ChildProcess.Run("transform-rows", path));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Seed_decides_and_threads_do_not(string kind)
    {
        string first = Describe(_mlContext, Fit(kind));
        Assert.Equal(first, Describe(_mlContext, Fit(kind, new Common { Threads = 3 })));
        Assert.Equal(first, Describe(_mlContext, Kinds[kind](new MLContext(seed: 8), new Common { Seed = 5 }).Fit(Rows())));
        if (!kind.EndsWith("HopfieldMemory", StringComparison.Ordinal)) // nothing random is learned there
            Assert.NotEqual(first, Describe(_mlContext, Fit(kind, new Common { Seed = 6 })));
        MLContext one = new(seed: 9), two = new(seed: 9);
        Assert.Equal(Describe(one, Kinds[kind](one, new Common { Seed = null }).Fit(Rows())), Describe(two, Kinds[kind](two, new Common { Seed = null }).Fit(Rows())));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Prediction_engine_gives_what_a_batch_gives(string kind)
    {
        ITransformer model = Fit(kind);
        using var engine = _mlContext.Model.CreatePredictionEngine<Row, Made>(model);
        float[][] batch = [.. model.Transform(Rows()).GetColumn<float[]>("Made")];
        for (int i = 0; i < 5; i++)
            Assert.Equal(batch[i], engine.Predict(Make()[i]).Values);
    }

    // Six units cannot keep apart ninety patterns.
    public static TheoryData<string> FeatureMakers() => [.. Kinds.Keys.Where(kind => kind != "HopfieldMemory")];

    [Theory]
    [MemberData(nameof(FeatureMakers))]
    public void Trainer_after_it_learns_from_its_column(string kind)
    {
        IDataView rows = Rows();
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(Kinds[kind](_mlContext, new Common()))
            .Append(_mlContext.Transforms.NormalizeMeanVariance("Made"))
            .Append(_mlContext.MulticlassClassification.Trainers.Backpropagation(featureColumnName: "Made", numberOfEpochs: 30))
            .Fit(rows);
        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(model.Transform(rows)).MacroAccuracy, 0.6, 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Missing_features_are_skipped_or_refused_and_zero_rows_say_so(string kind)
    {
        Row[] rows = Make();
        rows[3].Features[1] = float.NaN;
        rows[7].Features[0] = float.PositiveInfinity;
        IDataView dirty = _mlContext.Data.LoadFromEnumerable(rows), clean = _mlContext.Data.LoadFromEnumerable(rows.Where((_, i) => i is not 3 and not 7));
        Assert.Equal(Describe(_mlContext, Fit(kind, data: clean)), Describe(_mlContext, Fit(kind, data: dirty)));
        var refused = Assert.Throws<InvalidOperationException>(() => Fit(kind, new Common { SkipMissing = false }, dirty));
        Assert.Contains("Row 3 has a missing or infinite value in input column 'Features'", refused.Message, StringComparison.Ordinal);
        var none = Assert.Throws<InvalidOperationException>(() => Fit(kind, data: _mlContext.Data.LoadFromEnumerable(Array.Empty<Row>())));
        Assert.Contains("There are 0 rows", none.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Transformed_row_with_a_missing_feature_has_missing_outputs_unless_the_memory_completes_it(string kind)
    {
        Row[] rows = Make()[..3];
        rows[1].Features[2] = float.NaN;
        float[][] made = [.. Fit(kind).Transform(_mlContext.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Made")];
        Assert.All(made[0].Concat(made[2]), x => Assert.True(float.IsFinite(x)));
        Assert.All(made[1], x => Assert.Equal(kind.EndsWith("HopfieldMemory", StringComparison.Ordinal), float.IsFinite(x)));
    }

    [Fact]
    public void Columns_on_request_are_announced_and_survive_saving()
    {
        var estimator = _mlContext.Transforms.HopfieldMemory(new HopfieldOptions
        {
            OutputColumnName = "Made",
            InputColumnName = "Features",
            Threshold = 0.5f,
            ConvergedColumnName = "Rested",
        });
        Assert.Equal(["Label", "Features", "Made", "Rested"], estimator.GetOutputSchema(MlNetInterop.Shape(Rows().Schema)).Select(c => c.Name));
        var model = estimator.Fit(Rows());
        string path = Path.Combine(_folder, "columns.zip");
        _mlContext.Model.Save(model, Rows().Schema, path);
        var loaded = BioLearnModel.Load(new MLContext(), path, out _);
        Assert.Equal(model.Transform(Rows()).GetColumn<bool>("Rested"), loaded.Transform(Rows()).GetColumn<bool>("Rested"));
        Assert.Null(loaded.GetOutputSchema(Rows().Schema).GetColumnOrNull("Energy"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_columns_are_named(string kind)
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable([new Other { Features = "text" }]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(kind, data: rows));
        Assert.Contains("Schema mismatch for input column 'Features': expected Vector<Single>, got String", error.Message, StringComparison.Ordinal);
        IDataView shorter = _mlContext.Data.LoadFromEnumerable([new Short { Features = [1, 2] }]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(kind).Transform(shorter));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Cancelled_run_stops_and_progress_is_heard(string kind)
    {
        using CancellationTokenSource source = new();
        List<TrainingProgress> heard = [];
        Fit(kind, new Common { Progress = new Listener(heard.Add) });
        Assert.NotEmpty(heard);
        Assert.All(heard, p => Assert.True(double.IsFinite(p.Loss)));
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(kind, new Common { Cancellation = source.Token }));
    }

    /// <summary>Runs in the child process.</summary>
    internal static void Transform(string path)
    {
        var mlContext = new MLContext().UseBioLearn();
        Console.Write(Describe(mlContext, mlContext.Model.Load(path, out _)));
    }

    private static string Describe(MLContext mlContext, ITransformer model)
    {
        IDataView made = model.Transform(mlContext.Data.LoadFromEnumerable(Make()));
        IEnumerable<string> lines = made.GetColumn<float[]>("Made").Select(row => string.Join(' ', row.Select(Words)));
        return string.Join('\n', lines);
    }

    private static string Words(float x) => x.ToString("R", CultureInfo.InvariantCulture);

    private ITransformer Fit(string kind, Common? common = null, IDataView? data = null) => Kinds[kind](_mlContext, common ?? new Common()).Fit(data ?? Rows());

    private IDataView Rows() => _mlContext.Data.LoadFromEnumerable(Make());

    // Three kinds of row around binary prototypes, with values from 0 to 1.
    private static Row[] Make()
    {
        float[][] prototypes = [[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]];
        Random random = new(11);
        return [.. Enumerable.Range(0, 90).Select(i => new Row
        {
            Label = $"kind {i % 3}",
            Features = [.. prototypes[i % 3].Select(p => Math.Abs(p - (float)(0.2 * random.NextDouble())))],
        })];
    }

    /// <summary>What all options share.</summary>
    internal sealed class Common
    {
        public int? Seed { get; init; } = 5;

        public int Threads { get; init; } = 1;

        public bool SkipMissing { get; init; } = true;

        public IProgress<TrainingProgress>? Progress { get; init; }

        public CancellationToken Cancellation { get; init; }

        public TOptions Into<TOptions>(TOptions options)
            where TOptions : UnsupervisedOptions
        {
            options.OutputColumnName = "Made";
            options.InputColumnName = "Features";
            options.Seed = Seed;
            options.NumberOfThreads = Threads;
            options.SkipMissingFeatures = SkipMissing;
            options.Progress = Progress;
            options.CancellationToken = Cancellation;
            return options;
        }
    }

    private sealed class Listener(Action<TrainingProgress> hear) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => hear(value);
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(6)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Short
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Other
    {
        public string Features { get; set; } = "";
    }

    private sealed class Made
    {
        [ColumnName("Made")]
        public float[] Values { get; set; } = [];
    }
}
