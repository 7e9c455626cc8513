using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>From rows and options to <see cref="HebbianComponents"/>.</summary>
internal sealed class HebbianFit : IDisposable
{
    private const int ProbeRows = 1024;

    private readonly HebbianOptions _options;
    private readonly UnsupervisedContext _context;
    private readonly HebbianLearner<float> _learner;
    private readonly EpochLoop _epochs;
    private long _step;

    private HebbianFit(HebbianOptions options, UnsupervisedContext context)
    {
        _options = options;
        _context = context;
        _epochs = new(context, options.BatchSize, options.NumberOfEpochs);
        if (options.Rule.MostUnits(context.Rows.Width) is { } most)
            Guard.Holds(options.NumberOfUnits <= most, options.NumberOfUnits, $"must be at most the number of features, {most}: {options.Rule.Name} finds no more components", nameof(options.NumberOfUnits));
        Guard.Connections(Math.Max(context.Rows.Width, options.NumberOfUnits), options.NumberOfUnits, nameof(options.NumberOfUnits));
        Guard.Connections(_epochs.Capacity, options.NumberOfUnits, nameof(options.NumberOfUnits));
        MemoryLimit.Require(2L * sizeof(float) * options.NumberOfUnits * (context.Rows.Width + _epochs.Capacity + options.NumberOfUnits), $"{options.NumberOfUnits} units of {context.Rows.Width} features", "A smaller NumberOfUnits takes less.");
        _learner = new(options.Rule, context.Rows.Width, options.NumberOfUnits, _epochs.Capacity, options.Threads)
        {
            WeightDecay = (float)options.WeightDecay,
            UnitLength = options.KeepsUnitLength,
        };
        new RandomStream(context.Seed, "weights").FillNormal(_learner.Step.Parameters, 0, 1 / MathF.Sqrt(context.Rows.Width));
        _learner.Normalize();
    }

    /// <exception cref="DivergenceException">The weights left the finite numbers.</exception>
    public static HebbianComponents Learn(HebbianOptions options, UnsupervisedContext context)
    {
        float[] mean = new float[context.Rows.Width];
        if (options.EnsureZeroMean)
        {
            mean = CentredRows.Mean(context.Rows);
            CentredRows.Subtract(context.Rows.Memory.Span, mean, context.Rows.Memory.Span);
        }
        using HebbianFit fit = new(options, context);
        fit.Run();
        return new(options.Rule.Name, mean, fit._learner.Step.Parameters.ToArray());
    }

    public void Dispose() => _learner.Dispose();

    private void Run()
    {
        double rate = _options.LearningRate ?? RateForScale();
        _epochs.Run(
            rows => _learner.Step.Begin(rows),
            epochs =>
            {
                _step++;
                _learner.Learn((float)(rate / (1 + (_options.LearningRateDecay * epochs))));
                if (!TensorPrimitives.IsFiniteAll<float>(_learner.Step.Parameters))
                    throw DivergenceException.OfUnits(_options.Rule.Name, (int)epochs + 1, _step);
            },
            () => (ReconstructionError(), null));
    }

    private double RateForScale()
    {
        double square = 0;
        for (int r = 0; r < _context.Rows.Count; r++)
            square += TensorPrimitives.SumOfSquares<float>(_context.Rows.Memory.Span.Slice(r * _context.Rows.Width, _context.Rows.Width));
        square /= _context.Rows.Count;
        if (square > 0)
            return 0.5 / square;
        _context.Run.Warning($"All rows of column '{_context.ColumnName}' are alike: there is nothing to learn, and the weights stay as they were drawn.");
        return 1;
    }

    /// <summary>E[‖x − W'y‖²] over the first rows: how much of a row its components hold, for rules whose units are orthonormal.</summary>
    private double ReconstructionError()
    {
        int rows = Math.Min(ProbeRows, _context.Rows.Count), width = _context.Rows.Width, rank = _options.NumberOfUnits;
        ReadOnlyMatrixSpan<float> x = new(_context.Rows.Memory.Span, rows, width), w = _learner.Step.Weights;
        MatrixSpan<float> y = new(new float[rows * rank], rows, rank);
        float[] error = _context.Rows.Memory.Span[..(rows * width)].ToArray();
        Gemm.NT(x, w, y, _options.Threads);
        Gemm.NN(y, w, new(error, rows, width), -1, 1, _options.Threads);
        return TensorPrimitives.SumOfSquares<float>(error) / (double)rows;
    }
}
