using System.Globalization;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>From pictures and options to a <see cref="CompetitiveNetwork"/>.</summary>
internal sealed class CompetitiveNetworkFit
{
    private readonly CompetitiveNetworkOptions _options;
    private readonly UnsupervisedContext _context;
    private readonly ConvolutionLearner<float>[] _layers;
    private readonly float[] _rows; // the mini-batch as it comes, channel by channel
    private readonly float[] _pixels; // and as layers read it
    private readonly double[] _winning;
    private long _step;

    private CompetitiveNetworkFit(CompetitiveNetworkOptions options, UnsupervisedContext context, CompetitiveStage[] stages, int capacity)
    {
        _options = options;
        _context = context;
        _rows = new float[capacity * options.Picture.Size];
        _pixels = new float[_rows.Length];
        _winning = new double[stages.Length];
        _layers = [.. stages.Select((stage, l) => new ConvolutionLearner<float>(stage, options.Layers[l].Rule, capacity, options.Threads))];
        for (int l = 0; l < stages.Length; l++)
        {
            new RandomStream(context.Seed, string.Create(CultureInfo.InvariantCulture, $"layer/{l + 1}/weights"))
                .FillNormal(_layers[l].Weights, 0, (float)(options.Layers[l].InitialLength / Math.Sqrt(stages[l].Length)));
        }
    }

    /// <exception cref="InvalidOperationException">Rows are no pictures of the size that the options name, or there is no room for a mini-batch of them.</exception>
    /// <exception cref="DivergenceException">The weights left the finite numbers.</exception>
    public static CompetitiveNetwork Learn(CompetitiveNetworkOptions options, UnsupervisedContext context)
    {
        CompetitiveStage[] stages = options.Stages();
        if (options.Picture.Size != context.Rows.Width)
        {
            throw new InvalidOperationException(
                $"Picture is {options.Picture}, {options.Picture.Size} numbers, but rows of column '{context.ColumnName}' have {context.Rows.Width}.");
        }
        int capacity = Math.Min(options.BatchSize, context.Rows.Count);
        RequireRoom(stages, capacity);
        CompetitiveNetworkFit fit = new(options, context, stages, capacity);
        try
        {
            fit.Run();
            return new([.. fit._layers.Select((layer, l) => new LearnedConvolution(options.Layers[l].Rule.Name, stages[l], layer.Weights.ToArray(), layer.Statistics.RunningMean, layer.Statistics.RunningVariance))]);
        }
        finally
        {
            foreach (ConvolutionLearner<float> layer in fit._layers)
                layer.Dispose();
        }
    }

    private static void RequireRoom(CompetitiveStage[] stages, int capacity)
    {
        long numbers = 0;
        foreach (CompetitiveStage stage in stages)
        {
            Guard.Connections(capacity, (long)stage.PlaceCount * Math.Max(stage.Length, stage.Units), nameof(CompetitiveNetworkOptions.BatchSize));
            numbers += (2L * stage.Units * stage.Length) + ((long)capacity * ((stage.PlaceCount * (stage.Length + (2L * stage.Units))) + stage.Output.Size));
        }
        MemoryLimit.Require(sizeof(float) * numbers, $"{capacity} pictures of {stages[0].Input} in {stages.Length} layers", "A smaller BatchSize takes less.");
    }

    private void Run()
    {
        if (_options.Schedule == CompetitiveSchedule.AllAtOnce)
        {
            Run(0, _layers.Length, "");
            return;
        }
        for (int l = 0; l < _layers.Length; l++)
        {
            CompetitiveStage stage = _layers[l].Stage;
            if (_layers.Length > 1)
                _context.Run.Info($"Layer {l + 1} of {_layers.Length}: {stage.Units} units that see {stage.KernelSize} x {stage.KernelSize} pixels of {stage.Input}");
            Run(l, l + 1, string.Create(CultureInfo.InvariantCulture, $"layer/{l + 1}/"));
        }
    }

    /// <summary>Lets layers from <paramref name="first"/> to before <paramref name="end"/> learn, from what those below make of the pictures.</summary>
    private void Run(int first, int end, string stream)
    {
        int pictures = 0, batches = 0;
        new EpochLoop(_context, _options.BatchSize, _options.NumberOfEpochs, stream).Run(
            rows =>
            {
                pictures = rows;
                return _rows.AsSpan(0, rows * _options.Picture.Size);
            },
            done =>
            {
                _step++;
                batches++;
                Step(first, end, pictures, (int)done + 1);
            },
            () =>
            {
                // Reported as a loss, so negative: units that fit their patches better have larger currents.
                double loss = -_winning.Sum() / (batches * (end - first));
                Array.Clear(_winning);
                batches = 0;
                return (loss, null);
            });
    }

    private void Step(int first, int end, int pictures, int epoch)
    {
        int size = _options.Picture.Size;
        for (int n = 0; n < pictures; n++)
            Planes.ToPixels<float>(_rows.AsSpan(n * size, size), _options.Picture.Channels, _pixels.AsSpan(n * size, size));
        ReadOnlySpan<float> signal = _pixels.AsSpan(0, pictures * size);
        for (int l = 0; l < end; l++)
        {
            ConvolutionLearner<float> layer = _layers[l];
            if (l < first)
            {
                layer.Pass(signal, pictures);
            }
            else
            {
                _winning[l] += layer.Learn(signal, pictures, (float)_options.Layers[l].LearningRate, (float)_options.Layers[l].RadiusPower);
                if (!double.IsFinite(_winning[l]))
                    throw DivergenceException.OfUnits(_options.Layers[l].Rule.Name, epoch, _step, l + 1);
            }
            signal = layer.Output;
        }
    }
}
