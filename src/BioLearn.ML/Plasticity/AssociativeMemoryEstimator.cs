using System.Globalization;
using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableComponent<BioLearn.ML.Plasticity.AssociativeMemoryTransformer>]

namespace BioLearn.ML.Plasticity;

/// <summary>
/// Completes degraded patterns. A meta-trained plastic network memorizes the rows that it is fitted on as one episode, in its Hebbian trace,
/// and completes each row that it transforms.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and Output Columns
/// | | Column type |
/// | -- | -- |
/// | Input | Vector of [Single](xref:System.Single), the network's pattern size: -1 or +1, and 0 or NaN where an element is unknown |
/// | Output | Vector of [Single](xref:System.Single) of the same size, -1 to 1: the signs are the completed pattern |
///
/// ### Algorithm Details
/// Differentiable plasticity: [Miconi, Clune and Stanley 2018](https://arxiv.org/abs/1804.02464). See `docs/plasticity.md`.
/// ]]></format>
/// </remarks>
public sealed class AssociativeMemoryEstimator : IEstimator<AssociativeMemoryTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;
    private AssociativeMemory? _memory;

    internal AssociativeMemoryEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        if (string.IsNullOrEmpty(options.NetworkPath) == options.MetaTraining is null)
            throw new ArgumentException("Give either NetworkPath, a meta-trained network, or MetaTraining, how to train one.", nameof(options));
        options.MetaTraining?.Validate();
        ComponentManifest.Register(environment);
        _host = environment.Register(nameof(AssociativeMemoryEstimator));
        _options = options;
        _memory = options.NetworkPath is { Length: > 0 } path ? AssociativeMemory.Load(path) : null;
    }

    /// <summary>Memorizes the rows of <paramref name="input"/>, in order; meta-trains the network first if that is asked for and not done yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or has another type or size.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or one has a missing value.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public AssociativeMemoryTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int size = _memory?.PatternSize ?? _options.MetaTraining!.Task.PatternSize;
        var column = Column(_options.Input).CheckIn(input.Schema, size);
        var patterns = new FloatRows(size, input.GetRowCount() ?? 0);
        using (var cursor = input.GetRowCursor([column]))
        {
            var reader = new FeatureReader(cursor, column);
            while (cursor.MoveNext())
            {
                if (FeatureReader.IsFinite(reader.Read()))
                    reader.Last.CopyTo(patterns.Add());
                else
                    throw new InvalidOperationException($"Row {cursor.Position} has a missing or infinite value in column '{column.Name}'; whole patterns are memorized.");
            }
        }

        if (patterns.Count == 0)
            throw new InvalidOperationException("There are 0 rows to memorize.");
        return new AssociativeMemoryTransformer(_host, _memory ??= MetaTrain(), patterns.Memory.ToArray(), _options.OutputColumnName, _options.Input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Column(_options.Input).CheckIn(inputSchema);
        return inputSchema.With([new DataViewSchema.DetachedColumn(_options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, 1))]);
    }

    internal static InputColumn Column(string name) => InputColumn.FloatVector("input", name);

    private AssociativeMemory MetaTrain()
    {
        using var run = new TrainingRun(_host, nameof(MetaTrain), _options.CancellationToken, null);
        var trainer = new PlasticRecurrentTrainer<float>(_options.MetaTraining!);
        trainer.Train(new Listener(run, _options.Progress), _options.CancellationToken);
        return new AssociativeMemory(trainer);
    }

    /// <summary>Passes the meta-training's reports on, logs a hundred of them, and stops it where ML.NET wants that.</summary>
    private sealed class Listener(TrainingRun run, IProgress<PlasticTrainingProgress>? progress) : IProgress<PlasticTrainingProgress>
    {
        public void Report(PlasticTrainingProgress value)
        {
            progress?.Report(value);
            if (value.Update % Math.Max(1, value.Updates / 100) == 0)
                run.Info(string.Create(CultureInfo.InvariantCulture, $"Update {value.Update} of {value.Updates}: loss {value.Loss:G6}, wrong signs {value.WrongSigns:P2}"));
            run.ThrowIfCancelled();
        }
    }

    /// <summary>Options of <see cref="AssociativeMemoryEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Name of the output column.</summary>
        public string OutputColumnName { get; set; } = "";

        /// <summary>Name of the input column; null takes <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>File of a meta-trained network; or null, and <see cref="MetaTraining"/> is given.</summary>
        public string? NetworkPath { get; set; }

        /// <summary>The task and how to meta-train on it, at the first <c>Fit</c>; or null, and <see cref="NetworkPath"/> is given.</summary>
        public PlasticTrainerOptions? MetaTraining { get; set; }

        /// <summary>Hears of the meta-training.</summary>
        public IProgress<PlasticTrainingProgress>? Progress { get; set; }

        /// <summary>Stops the meta-training.</summary>
        public CancellationToken CancellationToken { get; set; }

        internal string Input => string.IsNullOrEmpty(InputColumnName) ? OutputColumnName : InputColumnName;
    }
}
