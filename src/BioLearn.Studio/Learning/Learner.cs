using BioLearn.Kernels.Random;
using BioLearn.ML;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Images;
using BioLearn.Plots;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Learning;

/// <summary>A network and the rule that teaches it, as one side of the page has them. Serves one thread at a time.</summary>
/// <remarks>Which rows a step learns from follows from the seed and the step's number alone: both sides meet the same rows in the same order.</remarks>
internal sealed class Learner : IDisposable
{
    private const int BatchSize = 32, ProbeRows = 64, AnglesEvery = 20, DrawnUnits = 24;
    private const float MapReach = 1.3f;
    private const int MapSide = 56;

    private readonly LearnData _data;
    private readonly int[] _hidden;
    private readonly long _seed;
    private readonly Samples<float> _training, _test;
    private readonly MeasuredCurve _loss = new(), _accuracy = new();
    private readonly SortedDictionary<int, MeasuredCurve> _angles = [];
    private Network<float> _network;
    private NetworkTrainer<float> _trainer;
    private IDisposable _watching;
    private double _rate = 1, _lossSum;
    private long _steps, _lossSteps;
    private (long Epoch, int[]? Rows) _order;

    /// <param name="rule">The rule.</param>
    /// <param name="data">The rows.</param>
    /// <param name="hidden">Units of the hidden layers.</param>
    /// <param name="seed">Seed of weights and order.</param>
    /// <exception cref="ArgumentException">The rule cannot teach such a network.</exception>
    public Learner(RuleRow rule, LearnData data, int[] hidden, long seed)
    {
        (Rule, _data, _hidden, _seed) = (rule, data, hidden, seed);
        _training = Samples<float>.OfClasses(data.Training.Features, data.Training.Labels);
        _test = Samples<float>.OfClasses(data.Test.Features, data.Test.Labels);
        (_network, _trainer, _watching) = Begin();
    }

    /// <summary>Rules that can teach classes to layers of units.</summary>
    public static IReadOnlyList<RuleRow> Rules { get; } =
        [.. RuleTable.Rows.Where(row => row.IsLearningRule && row.Networks.HasFlag(RuleNetworks.Dense) && row.Tasks.HasFlag(RuleTasks.Multiclass))];

    /// <summary>The rule.</summary>
    public RuleRow Rule { get; private set; }

    /// <summary>Why it does not learn on, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>What a reader should know of the network that the rule was given.</summary>
    public string Note { get; private set; } = "";

    /// <summary>Factor on the rule's usual learning rate.</summary>
    public double Rate
    {
        get => _rate;
        set => _trainer.LearningRateFactor = _rate = value;
    }

    /// <summary>Some steps of learning; after a divergence none.</summary>
    public void Advance(int steps, CancellationToken cancellation)
    {
        Span<int> rows = stackalloc int[Math.Min(BatchSize, _training.Count)];
        for (int i = 0; i < steps && Problem is null; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Rows(_steps, rows);
            try
            {
                _lossSum += _trainer.Step(_training, rows);
                (_steps, _lossSteps) = (_steps + 1, _lossSteps + 1);
            }
            catch (DivergenceException problem)
            {
                Problem = $"{problem.Message} Lower the rate and begin anew.";
            }
        }
    }

    /// <summary>What there is to see now.</summary>
    /// <param name="pictures">Whether weights or the map are drawn, which takes longer than the figures.</param>
    public LearnerView Measure(bool pictures)
    {
        var (_, accuracy) = _trainer.Evaluate(_test);
        if (_lossSteps > 0)
            _loss.Note(_steps, _lossSum / _lossSteps);
        _accuracy.Note(_steps, accuracy);
        (_lossSum, _lossSteps) = (0, 0);
        return new(
            Rule, _steps, (double)_steps * BatchSize / _training.Count, [.. _loss.Points], [.. _accuracy.Points],
            [.. _angles.Select(angle => (angle.Key, (IReadOnlyList<(double, double)>)[.. angle.Value.Points]))], pictures ? Picture() : null, Note, Problem);
    }

    /// <summary>Hands the network to another rule, with the weights that it has.</summary>
    /// <exception cref="ArgumentException">The rule cannot teach such a network; the old one goes on.</exception>
    public void Swap(RuleRow rule)
    {
        var (before, old, watching, network) = (Rule, _trainer, _watching, _network);
        Rule = rule;
        try
        {
            (_network, _trainer, _watching) = Begin();
        }
        catch
        {
            Rule = before;
            throw;
        }
        watching.Dispose();
        old.Dispose();
        foreach (var parameter in _network.Parameters.Where(parameter => parameter.Role is ParameterRole.Weight or ParameterRole.Bias))
            network.Parameters.First(was => was.Key == parameter.Key).Values.CopyTo(parameter.Values);
        network.Dispose();
        _angles.Clear();
        Problem = null;
        Rate = _rate;
    }

    public void Dispose()
    {
        _watching.Dispose();
        _trainer.Dispose();
        _network.Dispose();
    }

    private (Network<float>, NetworkTrainer<float>, IDisposable) Begin()
    {
        var rule = Rule.CreateRule();
        var activation = rule.PreferredActivationFor(_hidden.Length) ?? Activation.Tanh;
        var head = rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy;
        var spec = NetworkSpec.Perceptron(_data.Training.Width, _hidden, _data.Classes, activation, head);
        Note = $"{activation} units, {head} at the output. {rule.Caution(spec)}".TrimEnd();
        Network<float> network = new(spec, rule, Initializer.GlorotUniform, _seed);
        NetworkTrainer<float> trainer = new(network, rule, rule.PreferredOptimizer ?? OptimizerSettings.Adam(1e-3), Math.Min(BatchSize, _training.Count));
        long before = _steps;
        LearningDiagnostics diagnostics = new()
        {
            Every = AnglesEvery,
            ProbeRows = ProbeRows,
            Progress = new Listener(record =>
            {
                if (record.Metric != DiagnosticMetric.GradientAngle)
                    return;
                if (!_angles.TryGetValue(record.Layer, out var curve))
                    _angles[record.Layer] = curve = new();
                curve.Note(before + record.Step, record.Value);
            }),
        };
        return (network, trainer, diagnostics.Attach(trainer, _training));
    }

    /// <summary>The rows of a step: pieces of an order that each epoch draws anew.</summary>
    private void Rows(long step, Span<int> rows)
    {
        int perEpoch = _training.Count / rows.Length;
        int[] order = _order.Epoch == step / perEpoch && _order.Rows is { } known ? known : new int[_training.Count];
        if (_order.Rows != order)
        {
            new RandomStream(_seed, $"order/{step / perEpoch}").FillPermutation(order);
            _order = (step / perEpoch, order);
        }
        order.AsSpan((int)(step % perEpoch) * rows.Length, rows.Length).CopyTo(rows);
    }

    private string? Picture()
    {
        if (_data.IsPlane)
            return PictureUrl.Png(Map());
        if (_data.Picture is not { } shape)
            return null;
        var tiles = LayerPictures.FirstLayer(_network, shape, DrawnUnits);
        (tiles.Columns, tiles.TileSize) = (8, 44);
        return $"data:image/png;base64,{Convert.ToBase64String(tiles.ToPng(1))}";
    }

    /// <summary>The class that the network gives every point of the plane, pale where it hesitates, and the points to test on.</summary>
    private PixelImage Map()
    {
        PixelImage map = new(MapSide, MapSide);
        for (int y = 0; y < MapSide; y++)
        {
            for (int x = 0; x < MapSide; x += BatchSize)
            {
                int count = Math.Min(BatchSize, MapSide - x);
                float[] points = [.. Enumerable.Range(x, count).SelectMany(i => (float[])[Place(i), -Place(y)])];
                var answers = _trainer.Predict(points);
                for (int i = 0; i < count; i++)
                {
                    var row = answers.Row(i);
                    int best = 0, second = -1;
                    for (int c = 1; c < row.Length; c++)
                    {
                        if (row[c] > row[best])
                            (second, best) = (best, c);
                        else if (second < 0 || row[c] > row[second])
                            second = c;
                    }
                    MapColours.Of(best, Math.Clamp(row[best] - row[second], 0, 1)).CopyTo(map.Rgb.AsSpan(3 * ((y * MapSide) + x + i)));
                }
            }
        }
        for (int point = 0; point < _data.Test.Count; point++)
        {
            var at = _data.TestRow(point);
            int x = Pixel(at[0]), y = Pixel(-at[1]);
            if (x is >= 0 and < MapSide && y is >= 0 and < MapSide)
                MapColours.Dot(_data.Test.Labels.Span[point]).CopyTo(map.Rgb.AsSpan(3 * ((y * MapSide) + x)));
        }
        return map;

        static float Place(int pixel) => MapReach * ((2f * (pixel + .5f) / MapSide) - 1);
        static int Pixel(float place) => (int)MathF.Floor((1 + (place / MapReach)) * MapSide / 2);
    }

    private sealed class Listener(Action<DiagnosticRecord> listen) : IProgress<DiagnosticRecord>
    {
        public void Report(DiagnosticRecord value) => listen(value);
    }
}
