using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace BioLearn.ML.Hosting;

/// <summary>
/// A learning rule as an ML.NET trainer. It checks the columns, reads the rows into memory, lets the rule train,
/// and returns a transformer that scores, saves, cross-validates and explains like ML.NET's own.
/// </summary>
/// <typeparam name="TModel">The model parameters that training yields.</typeparam>
public sealed class BioLearnTrainer<TModel> : ITrainerEstimator<PredictionTransformer<TModel>, TModel>
    where TModel : class, IPredictionModel<TModel>
{
    private readonly IHost _host;
    private readonly TrainerDefinition<TModel> _definition;
    private readonly TrainerColumns _columns;
    private readonly int _seed;

    internal BioLearnTrainer(IHostEnvironment environment, TrainerDefinition<TModel> definition)
    {
        ComponentManifest.Register(environment);
        _definition = definition;
        _columns = new TrainerColumns(definition.Task, definition.Options);
        _host = environment.Register(definition.Name);
        // Drawn once: the host's generator goes on from Fit to Fit, and folds of a cross-validation must not depend on their order.
        _seed = definition.Options.Seed ?? _host.Rand.Next();
        Info = MlNetInterop.TrainerInfo(normalization: true, caching: false, validation: true, incremental: true);
    }

    /// <summary>Features should be normalized; the data is read once, so caching gains nothing.</summary>
    public TrainerInfo Info { get; }

    internal PredictionTask Task => _definition.Task;

    internal TrainerDefinition<TModel> Definition => _definition;

    /// <summary>Trains on <paramref name="input"/>.</summary>
    /// <inheritdoc cref="Fit(IDataView, IDataView, TModel)" path="/exception"/>
    public PredictionTransformer<TModel> Fit(IDataView input) => Fit(input, null, null);

    /// <summary>Trains on <paramref name="trainData"/>.</summary>
    /// <param name="trainData">Rows with the label and feature columns.</param>
    /// <param name="validationData">Rows on which the rule measures its progress, for early stopping; or null.</param>
    /// <param name="initialModel">
    /// A model to go on from, with its counts of steps and epochs, its seed and its optimizer's state where it has them; or null to start anew.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type, in ML.NET's words.</exception>
    /// <exception cref="InvalidOperationException">No row can be used, or a value is one that no trainer can use.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public PredictionTransformer<TModel> Fit(IDataView trainData, IDataView? validationData, TModel? initialModel = null)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        Check(MlNetInterop.Shape(trainData.Schema));
        if (validationData is not null)
        {
            Check(MlNetInterop.Shape(validationData.Schema));
            CheckClasses(trainData.Schema[_columns.Label.Name], validationData.Schema[_columns.Label.Name]);
            if (_columns.Instruction is { } asked)
                InstructionForm.Of(trainData.Schema[asked.Name]).RequireSame(validationData.Schema[asked.Name], "the validation data", "the training data");
        }
        using var run = new TrainingRun(_host, _definition.Name, _definition.Options.CancellationToken, _definition.Options.Progress);
        run.ThrowIfCancelled();
        var reader = new TrainingDataReader(trainData, _definition.Task, _definition.Options, run, _definition.KeepsSparse);
        int held = _definition.RowsInMemory();
        var blocks = held > 0 ? new TrainingBlocks(() => reader.ReadBlocks(held), reader.CountRows()) : null;
        var data = blocks is null ? reader.ReadAll() : blocks.Read().First();
        var validation = validationData is null ? null : TrainingData.Read(validationData, _definition.Task, _definition.Options, run, _definition.KeepsSparse, validates: true);
        CheckAlike("validation data", validation?.FeatureCount, data.FeatureCount);
        CheckInitial(initialModel, data, trainData.Schema);

        var model = _definition.Train(new TrainingContext<TModel>(data, validation, initialModel, _seed, run) { Blocks = blocks });
        var labelValues = _definition.Task == PredictionTask.Multiclass ? LabelValues.Of(trainData.Schema[_columns.Label.Name]) : null;
        return new PredictionTransformer<TModel>(_host, model, _definition.Task, _columns.Feature.Name, labelValues, _columns.Asked);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape shape = inputSchema.With(ScoreColumns.ShapeFor(_definition.Task, Check(inputSchema)));
        return _columns.Asked?.Gates is { } prefix
            ? shape.With(_definition.GatedLayers().Select(layer => new DataViewSchema.DetachedColumn(InstructionColumns.GatesOf(prefix, layer), new VectorDataViewType(NumberDataViewType.Single, 1))))
            : shape;
    }

    private SchemaShape.Column Check(SchemaShape inputSchema)
    {
        _columns.Feature.CheckIn(inputSchema);
        _columns.Weight?.CheckIn(inputSchema);
        _columns.Instruction?.CheckIn(inputSchema);
        return _columns.Label.CheckIn(inputSchema);
    }

    /// <summary>Class 2 of the validation rows must be class 2 of the training rows.</summary>
    private void CheckClasses(DataViewSchema.Column training, DataViewSchema.Column validation)
    {
        if (_definition.Task != PredictionTask.Multiclass)
            return;
        if (validation.Type is KeyDataViewType found && training.Type is KeyDataViewType expected && found.Count != expected.Count)
            throw new InvalidOperationException($"The label column '{training.Name}' of the validation data has {found.Count} classes, that of the training data {expected.Count}; map both with one MapValueToKey.");
        (LabelValues? names, LabelValues? others) = (LabelValues.Of(training), LabelValues.Of(validation));
        if (KnownClasses.FirstDifference(names, others, secondMayGoOn: false) is { } k)
            throw new InvalidOperationException($"Class {k + 1} of the label column '{training.Name}' is {KnownClasses.Name(others!, k)} in the validation data and {KnownClasses.Name(names!, k)} in the training data; map both with one MapValueToKey.");
    }

    private void CheckInitial(TModel? model, TrainingData data, DataViewSchema schema)
    {
        DataViewSchema.Column label = schema[_columns.Label.Name];
        CheckAlike("initial model", model?.FeatureCount, data.FeatureCount);
        if (model is null)
            return;
        if (!model.Predicts(_definition.Task))
            throw new InvalidOperationException($"The initial model of {_definition.Name} was trained for another task than {_definition.Task} ({model.OutputCount} outputs).");
        if (_definition.Task == PredictionTask.Multiclass && (model.TakesFurtherClasses ? model.OutputCount > data.ClassCount : model.OutputCount != data.ClassCount))
            throw new InvalidOperationException($"The initial model of {_definition.Name} has {model.OutputCount} classes, the label column '{_columns.Label.Name}' has {data.ClassCount}.");
        CheckInstruction(model.Instruction, schema);
        (LabelValues? known, LabelValues? names) = (KnownClasses.Of(model), LabelValues.Of(label));
        if (KnownClasses.FirstDifference(known, names, secondMayGoOn: model.TakesFurtherClasses) is { } k)
            throw new InvalidOperationException($"Class {k + 1} of the label column '{label.Name}' is {KnownClasses.Name(names!, k)} in the training data and {KnownClasses.Name(known!, k)} in the initial model of {_definition.Name}; map both with one MapValueToKey.");
    }

    private void CheckInstruction(InstructionForm? known, DataViewSchema schema)
    {
        if (_columns.Instruction is { } asked && known is not null)
            known.RequireSame(schema[asked.Name], "the training data", $"the initial model of {_definition.Name}");
        else if (_columns.Instruction is not null)
            throw new InvalidOperationException($"The initial model of {_definition.Name} is asked nothing; expected one that was taught with instructions, as column '{_columns.Instruction.Name}' has them.");
        else if (known is not null)
            throw new InvalidOperationException($"The initial model of {_definition.Name} is asked by {known}, which this trainer does not read; InstructedNetwork teaches it further.");
    }

    private void CheckAlike(string what, int? features, int expected)
    {
        if (features is { } found && found != expected)
            throw new InvalidOperationException($"The {what} of {_definition.Name} has {found} features, the training data has {expected}.");
    }
}

/// <summary>A trainer in a nutshell: what it is called, what it predicts, its options, and how it trains.</summary>
/// <param name="Name">As it appears in log messages.</param>
/// <param name="Task">What is predicted.</param>
/// <param name="Options">Columns, seed, cancellation, progress.</param>
/// <param name="Train">From rows in memory to model parameters.</param>
internal sealed record TrainerDefinition<TModel>(
    string Name, PredictionTask Task, TrainerOptions Options, Func<TrainingContext<TModel>, TModel> Train)
    where TModel : class, IPredictionModel<TModel>
{
    /// <summary>Whether it learns from sparse rows as they are; all others get dense ones.</summary>
    public bool KeepsSparse { get; init; }

    /// <summary>Numbers of the layers whose units an instruction will open and close, for schemas before there is data.</summary>
    public Func<IEnumerable<int>> GatedLayers { get; init; } = () => [];

    /// <summary>Rows that are held in memory at a time; 0 for all.</summary>
    public Func<int> RowsInMemory { get; init; } = () => 0;
}

/// <summary>What a rule is given to train with.</summary>
/// <param name="Data">The training rows.</param>
/// <param name="Validation">Rows to measure progress on, or null.</param>
/// <param name="InitialModel">The model to go on from, or null.</param>
/// <param name="Seed">From which all random streams are named.</param>
/// <param name="Run">Log, progress, cancellation.</param>
internal sealed record TrainingContext<TModel>(
    TrainingData Data, TrainingData? Validation, TModel? InitialModel, int Seed, TrainingRun Run)
    where TModel : class
{
    /// <summary>All rows, where only a block of them is in memory; then <see cref="Data"/> is the first block. Null where memory has all.</summary>
    public TrainingBlocks? Blocks { get; init; }

    /// <summary>All training rows, in the blocks in which they come: a pass over the data where memory has only some.</summary>
    public IEnumerable<TrainingData> AllRows() => Blocks?.Read() ?? [Data];
}
