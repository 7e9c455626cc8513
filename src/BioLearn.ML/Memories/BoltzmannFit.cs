using System.Globalization;
using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Memories;

/// <summary>From rows and options to one restricted Boltzmann machine, or to a stack of them, each learned from the hidden units of the one below.</summary>
internal sealed class BoltzmannFit
{
    private const int ProbeRows = 1024;
    private const int MomentumEpochs = 5;

    private readonly BoltzmannOptions _options;
    private readonly UnsupervisedContext _context;
    private readonly BoltzmannLayer<float> _layer;
    private readonly FloatRows? _validation;
    private readonly string _stream;
    private readonly int _level;

    private BoltzmannFit(BoltzmannOptions options, UnsupervisedContext context, FloatRows? validation, VisibleUnits units, int hidden, int level)
    {
        _options = options;
        _context = context;
        _validation = validation;
        _level = level;
        _stream = $"rbm/{level}/";
        _layer = new(context.Rows.Width, hidden, units);
        new RandomStream(context.Seed, _stream + "weights").FillNormal(_layer.Weights.AsSpan(), 0, 0.01f);
        if (units == VisibleUnits.Bernoulli)
            StartVisibleBiases();
    }

    public static (FeatureScale Scale, BoltzmannLayer<float>[] Layers) Learn(BoltzmannOptions options, IReadOnlyList<int> hiddenUnits, UnsupervisedContext context)
    {
        for (int l = 0; l < hiddenUnits.Count; l++)
            RequireRoom(l == 0 ? context.Rows.Width : hiddenUnits[l - 1], hiddenUnits[l], context.Rows.Count, options is RestrictedBoltzmannMachineOptions ? nameof(RestrictedBoltzmannMachineOptions.NumberOfUnits) : nameof(DeepBeliefNetworkOptions.HiddenUnits));
        FeatureScale scale = FeatureScale.Of(options.VisibleUnits, context);
        scale.ToUnits(context.Rows.Memory.Span);
        (FloatRows rows, FloatRows? validation) = Split(context, options.ValidationFraction);
        var layers = new BoltzmannLayer<float>[hiddenUnits.Count];
        for (int l = 0; l < layers.Length; l++)
        {
            VisibleUnits units = l == 0 ? options.VisibleUnits : VisibleUnits.Bernoulli;
            if (layers.Length > 1)
                context.Run.Info($"Layer {l + 1} of {layers.Length}: {rows.Width} visible, {hiddenUnits[l]} hidden units");
            BoltzmannFit fit = new(options, context with { Rows = rows }, validation, units, hiddenUnits[l], l + 1);
            fit.Run();
            layers[l] = fit._layer;
            if (l + 1 < layers.Length)
            {
                rows = Up(layers[l], rows, options.Threads);
                validation = validation is null ? null : Up(layers[l], validation, options.Threads);
            }
        }
        return (scale, layers);
    }

    private static void RequireRoom(int visible, int hidden, long rows, string option)
    {
        Guard.Connections(visible, hidden, option);
        MemoryLimit.Require(sizeof(float) * ((3L * visible * hidden) + (2L * hidden * Math.Min(rows, ProbeRows))), $"{visible} x {hidden} weights and what learns them", $"A smaller {option} takes less.");
    }

    private void Run()
    {
        EpochLoop epochs = new(_context, _options.BatchSize, _options.NumberOfEpochs, _stream);
        ContrastiveDivergence<float> learner = new(
            _layer, Chance<float>.Of(new RandomStream(_context.Seed, _stream + "gibbs")), epochs.Capacity, _options.Threads)
        {
            GibbsSteps = _options.GibbsSteps,
            Interruption = _context.Run.ThrowIfCancelled,
            Persistent = _options.Persistent,
            SampleVisible = _options.SampleVisible,
            WeightDecay = (float)_options.WeightDecay,
        };
        float rate = (float)(_options.LearningRate ?? (_layer.Units == VisibleUnits.Gaussian ? 0.005 : 0.05));
        long step = 0;
        epochs.Run(
            learner.Begin,
            done =>
            {
                step++;
                learner.Learn(rate, (float)(done < MomentumEpochs ? _options.InitialMomentum : _options.FinalMomentum));
                if (!TensorPrimitives.IsFiniteAll<float>(_layer.VisibleBiases) || !TensorPrimitives.IsFiniteAll<float>(_layer.Weights))
                    throw DivergenceException.OfUnits("contrastive divergence", (int)done + 1, step, _level);
            },
            Measure);
    }

    private (double Loss, double? Validation) Measure()
    {
        (double error, double energy) = Measure(_context.Rows);
        if (_validation is null)
            return (error, null);
        (double validationError, double validationEnergy) = Measure(_validation);
        _context.Run.Info(string.Create(CultureInfo.InvariantCulture, $"Free-energy gap between validation and training rows: {validationEnergy - energy:G5} nats"));
        return (error, validationError);
    }

    /// <summary>Mean squared reconstruction error of a visible unit and mean free energy, over the first rows.</summary>
    private (double Error, double Energy) Measure(FloatRows rows)
    {
        int count = Math.Min(ProbeRows, rows.Count);
        ReadOnlyMatrixSpan<float> v = new(rows.Memory.Span, count, rows.Width);
        MatrixSpan<float> h = new(new float[count * _layer.Hidden], count, _layer.Hidden);
        float[] seen = new float[count * rows.Width], energies = new float[count];
        _layer.Up(v, h, _options.Threads);
        _layer.Down(h, new(seen, count, rows.Width), _options.Threads);
        double distance = TensorPrimitives.Distance<float>(rows.Memory.Span[..seen.Length], seen);
        _layer.FreeEnergies(v, h, energies);
        return (distance * distance / seen.Length, TensorPrimitives.Sum<float>(energies) / (double)count);
    }

    // a = ln(p / (1 - p)) of the mean p of each feature (Hinton 2010); a feature that never changes counts as one row in all others.
    private void StartVisibleBiases()
    {
        FloatRows rows = _context.Rows;
        double[] sum = new double[rows.Width];
        for (int r = 0; r < rows.Count; r++)
        {
            for (int i = 0; i < sum.Length; i++)
                sum[i] += rows.Memory.Span[(r * rows.Width) + i];
        }
        for (int i = 0; i < sum.Length; i++)
        {
            double p = (sum[i] + 0.5) / (rows.Count + 1.0);
            _layer.VisibleBiases[i] = (float)Math.Log(p / (1 - p));
        }
    }

    private static (FloatRows Training, FloatRows? Validation) Split(UnsupervisedContext context, double fraction)
    {
        int held = (int)(context.Rows.Count * fraction);
        if (held == 0)
            return (context.Rows, null);
        int[] order = new int[context.Rows.Count];
        new RandomStream(context.Seed, "validation").FillPermutation(order);
        return (Take(context.Rows, order.AsSpan(held)), Take(context.Rows, order.AsSpan(0, held)));
    }

    private static FloatRows Take(FloatRows rows, ReadOnlySpan<int> chosen)
    {
        FloatRows taken = new(rows.Width, chosen.Length);
        foreach (int row in chosen)
            rows.Memory.Span.Slice(row * rows.Width, rows.Width).CopyTo(taken.Add());
        return taken;
    }

    private static FloatRows Up(BoltzmannLayer<float> layer, FloatRows rows, int threads)
    {
        FloatRows hidden = new(layer.Hidden, rows.Count);
        for (int r = 0; r < rows.Count; r++)
            hidden.Add();
        layer.Up(new(rows.Memory.Span, rows.Count, rows.Width), new(hidden.Memory.Span, rows.Count, layer.Hidden), threads);
        return hidden;
    }
}
