using System.Diagnostics;
using BioLearn.Experiments;
using BioLearn.Kernels.Random;
using BioLearn.ML.Data;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Images;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Learning;

/// <summary>
/// One network that is asked one of two questions about two pictures in one, and taught by Counter-Hebb learning. Its members may be called from any
/// thread: one piece of work runs at a time.
/// </summary>
internal sealed class AskedNetwork : IDisposable
{
    private const int BatchSize = 16, MostSteps = 100, Tested = 120, Embedding = 50, PixelsSide = 112;
    private const double Rate = .001;
    private const long Seed = 1;

    private readonly Lock _lock = new();
    private readonly MultiMnist _pictures, _tested;
    private readonly Network<float> _network;
    private readonly CounterHebb _rule = new() { InstructionWidth = Questions.Count, TaskEmbedding = [Embedding] };
    private readonly NetworkTrainer<float> _trainer;
    private readonly MeasuredCurve[] _right = [new(), new()];
    private readonly float[] _features, _targets, _instructions;
    private readonly Pace _pace = new(MostSteps);
    private long _steps;
    private bool _ended;

    /// <exception cref="IOException">The bundled pictures cannot be read.</exception>
    public AskedNetwork(int[] hidden)
    {
        var files = DataSource.Find("fashion-mnist").Files;
        (_pictures, _tested) = (MultiMnist.Compose(files[0], files[1], Seed), MultiMnist.Compose(files[2], files[3], Seed));
        TensorShape shape = new(1, _pictures.Height, _pictures.Width);
        var spec = InstructedNetworks.FullyConnected(shape, hidden, new Dense(_pictures.ClassCount), OutputHead.SoftmaxCrossEntropy);
        _network = new(spec, _rule, Initializer.UniformByFanIn, Seed, Initializer.UniformByFanIn);
        _trainer = new(_network, _rule, OptimizerSettings.Adam(Rate), BatchSize);
        _features = new float[BatchSize * shape.Size];
        _targets = new float[BatchSize * _pictures.ClassCount];
        _instructions = new float[BatchSize * Questions.Count];
        Look();
    }

    /// <summary>What it can be asked.</summary>
    public static IReadOnlyList<string> Questions { get; } = ["What is on the left?", "What is on the right?"];

    /// <summary>Names of the answers.</summary>
    public static IReadOnlyList<string> Answers => ClassNames.Clothes;

    /// <summary>Pictures that it can be asked about; it does not learn from them.</summary>
    public int Pictures => _tested.Count;

    /// <summary>Steps done.</summary>
    public long Steps => Volatile.Read(ref _steps);

    /// <summary>Share of right answers to each question, over steps.</summary>
    public IReadOnlyList<IReadOnlyList<(double Step, double Value)>> Right { get; private set; } = [[], []];

    /// <summary>Learns for about a tenth of a second, or so many steps.</summary>
    /// <returns>Whether it was looked at again.</returns>
    public bool Advance(int? steps, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_ended)
                return false;
            int taken = _pace.Steps(steps);
            var clock = Stopwatch.StartNew();
            for (int i = 0; i < taken; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                Step();
            }
            if (!_pace.IsTimeToLook(taken, clock.Elapsed, steps is not null))
                return false;
            Look();
            return true;
        }
    }

    /// <summary>Asks it about a picture.</summary>
    /// <param name="picture">Which one.</param>
    /// <param name="question">Which question.</param>
    public AskedAnswer Ask(int picture, int question)
    {
        lock (_lock)
        {
            if (_ended)
                return AskedAnswer.None;
            float[] features = new float[_tested.Width * _tested.Height];
            _tested.CopyNormalized(picture, features);
            float[] asked = new float[Questions.Count];
            asked[question] = 1;
            float[] sure = _trainer.Predict(features, asked).Row(0).ToArray();
            var parts = SubNetworks.OfTasks(_network, _rule, Questions.Count);
            return new(
                PictureUrl.Png(Picture(picture)), sure, _tested.Label(picture, (Side)question),
                [.. Enumerable.Range(0, parts.Layers.Count).Select(layer => parts.Gates(layer, question))],
                [.. Enumerable.Range(0, parts.Layers.Count).Select(layer => parts.Overlap(layer, 0, 1))]);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            _trainer.Dispose();
            _network.Dispose();
        }
    }

    /// <summary>A step on rows and questions that its number decides.</summary>
    private void Step()
    {
        RandomStream draw = new(Seed, $"asked/{_steps}");
        int size = _features.Length / BatchSize;
        Array.Clear(_targets);
        Array.Clear(_instructions);
        for (int i = 0; i < BatchSize; i++)
        {
            int row = draw.NextInt(_pictures.Count), question = draw.NextInt(Questions.Count);
            _pictures.CopyNormalized(row, _features.AsSpan(i * size, size));
            _targets[(i * _pictures.ClassCount) + _pictures.Label(row, (Side)question)] = 1;
            _instructions[(i * Questions.Count) + question] = 1;
        }
        _trainer.Step(_features, _targets, instructions: _instructions);
        Interlocked.Increment(ref _steps);
    }

    private void Look()
    {
        var clock = Stopwatch.StartNew();
        int size = _features.Length / BatchSize;
        float[] features = new float[Tested * size];
        for (int i = 0; i < Tested; i++)
            _tested.CopyNormalized(i, features.AsSpan(i * size, size));
        for (int question = 0; question < Questions.Count; question++)
        {
            int[] labels = [.. Enumerable.Range(0, Tested).Select(i => _tested.Label(i, (Side)question))];
            var asked = Samples<float>.OfClasses(features, labels).With(Instructions<float>.OfTasks(Enumerable.Repeat(question, Tested).ToArray(), Questions.Count));
            _right[question].Note(_steps, _trainer.Evaluate(asked).Accuracy);
        }
        Right = [[.. _right[0].Points], [.. _right[1].Points]];
        _pace.Looked(clock.Elapsed);
    }

    private PixelImage Picture(int row)
    {
        int scale = Math.Max(1, PixelsSide / _tested.Width);
        PixelImage picture = new(_tested.Width * scale, _tested.Height * scale);
        var pixels = _tested.Pixels(row);
        for (int i = 0; i < picture.Width * picture.Height; i++)
            picture.Rgb.AsSpan(3 * i, 3).Fill(pixels[(i / picture.Width / scale * _tested.Width) + (i % picture.Width / scale)]);
        return picture;
    }
}

/// <summary>What the network said of a picture.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Sure">Its probability of each answer.</param>
/// <param name="Truth">The right answer.</param>
/// <param name="Gates">Of each layer, which units the question has opened.</param>
/// <param name="Overlaps">Of each layer, what the two questions share of what either opens.</param>
internal sealed record AskedAnswer(string Picture, IReadOnlyList<float> Sure, int Truth, IReadOnlyList<bool[]> Gates, IReadOnlyList<double> Overlaps)
{
    /// <summary>When the network is gone already.</summary>
    public static AskedAnswer None { get; } = new("", [], 0, [], []);
}
