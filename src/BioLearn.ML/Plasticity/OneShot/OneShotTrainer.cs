using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.OneShot;

/// <summary>
/// Trains a <see cref="CharacterEmbedding{T}"/> and a <see cref="PlasticClassifier{T}"/> over episodes: one labelled picture of each of a few classes that were
/// never seen together, then another picture of one of them, whose class must be found. Between episodes gradients teach; within one only the head's trace learns.
/// </summary>
public sealed class OneShotTrainer
{
    private const int Pixels = CharacterEmbedding<float>.Size * CharacterEmbedding<float>.Size;

    private readonly OneShotTrainerOptions _options;
    private readonly long _seed;
    private readonly int _steps;
    private readonly CharacterEmbedding<float> _embedding;
    private readonly PlasticClassifier<float> _head;
    private readonly ParameterTensor<float>[] _parameters;
    private readonly ParameterOptimizer<float> _optimizer;
    private readonly float[] _pictures, _features, _featureGradients, _embeddingGradients, _labels, _truth;

    /// <summary>A network before its first episode.</summary>
    /// <param name="options">How it learns.</param>
    /// <param name="seed">Of weights and episodes.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public OneShotTrainer(OneShotTrainerOptions options, long seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _seed, _steps) = (options, seed, options.Classes + 1);
        _embedding = new(options.Features, options.BatchSize * _steps);
        _head = new(options.Classes, options.Features, _steps, options.Rule, options.Sharing);
        (_pictures, _embeddingGradients) = (new float[options.BatchSize * _steps * Pixels], new float[options.BatchSize * _steps * options.Features]);
        (_features, _featureGradients) = (new float[_steps * _head.Stride], new float[_steps * _head.Stride]);
        (_labels, _truth) = (new float[options.BatchSize * _steps * options.Classes], new float[options.BatchSize * options.Classes]);
        Start();
        _parameters = [.. _embedding.Parameters, .. _head.Parameters.Where(p => options.Plastic || (p != _head.Alpha && p != _head.Rate))];
        _optimizer = new(_parameters, new() { LearningRate = options.LearningRate });
    }

    /// <summary>Updates done.</summary>
    public int Updates => _optimizer.Steps;

    /// <summary>The head.</summary>
    public PlasticClassifier<float> Head => _head;

    /// <summary>Runs a batch of episodes and learns from them.</summary>
    /// <param name="characters">Pictures of classes to learn from.</param>
    /// <returns>Mean loss, and share of the unknown pictures whose class was found.</returns>
    /// <exception cref="ArgumentException">There are too few classes.</exception>
    public (double Loss, double Accuracy) Update(CharacterSet characters) => Run(characters, $"episodes/{Updates}", learns: true);

    /// <summary>Runs episodes without learning from them, but for what the trace learns.</summary>
    /// <param name="characters">Pictures, of classes that were not learned from.</param>
    /// <param name="episodes">How many, rounded up to whole batches.</param>
    /// <param name="cancellation">Heard before every batch.</param>
    /// <returns>Share of the unknown pictures whose class was found.</returns>
    public double Test(CharacterSet characters, int episodes, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        int batches = (episodes + _options.BatchSize - 1) / _options.BatchSize;
        double right = 0;
        for (int i = 0; i < batches; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            right += Run(characters, $"test/{i}", learns: false).Accuracy;
        }
        return right / batches;
    }

    /// <summary>Writes parameters and the optimizer's memory.</summary>
    /// <param name="writer">Where to.</param>
    public void SaveState(BinaryWriter writer) => ParameterState.Write(writer, _parameters, _optimizer);

    /// <summary>Reads what <see cref="SaveState"/> wrote, of a network with the same options.</summary>
    /// <param name="reader">Where from.</param>
    /// <exception cref="InvalidDataException">It was written of another network.</exception>
    public void LoadState(BinaryReader reader) => ParameterState.Read(reader, _parameters, _optimizer);

    private (double Loss, double Accuracy) Run(CharacterSet characters, string name, bool learns)
    {
        ArgumentNullException.ThrowIfNull(characters);
        int batch = _options.BatchSize, classes = _options.Classes, found = 0;
        for (int b = 0; b < batch; b++)
            characters.Episode(new RandomStream(_seed, $"{name}/{b}"), _options.Turns, Part(_pictures, b), Part(_labels, b), Part(_truth, b));
        _embedding.Forward(_pictures);
        _optimizer.ClearGradients();
        double loss = 0;
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < _steps; t++)
                _embedding.Features.Slice(((b * _steps) + t) * _options.Features, _options.Features).CopyTo(_features.AsSpan(t * _head.Stride));
            ReadOnlySpan<float> truth = Part(_truth, b);
            loss += _head.Forward(_features, Part(_labels, b), truth);
            if (TensorPrimitives.IndexOfMax<float>(_head.Output(_steps)) == TensorPrimitives.IndexOfMax(truth))
                found++;
            if (!learns)
                continue;
            _head.Backward(_features, truth, _featureGradients);
            for (int t = 0; t < _steps; t++)
                _featureGradients.AsSpan(t * _head.Stride, _options.Features).CopyTo(_embeddingGradients.AsSpan(((b * _steps) + t) * _options.Features));
        }
        if (learns)
        {
            _embedding.Backward(_pictures, _embeddingGradients);
            foreach (ParameterTensor<float> parameter in _parameters)
                TensorPrimitives.Divide(parameter.Gradient, batch, parameter.Gradient);
            _optimizer.Step();
        }
        return (loss / batch, (double)found / batch);

        Span<float> Part(float[] all, int b) => all.AsSpan(b * (all.Length / batch), all.Length / batch);
    }

    /// <summary>As the program starts: convolutions uniform within 1/√fan-in, w normal with deviation .01, α uniform from 0 to .01, η .01.</summary>
    private void Start()
    {
        float bound = 0;
        foreach (ParameterTensor<float> parameter in _embedding.Parameters)
        {
            if (!parameter.Name.EndsWith("_b", StringComparison.Ordinal))
                bound = 1 / MathF.Sqrt(parameter.Columns);
            for (int row = 0; row < parameter.Rows; row++)
                new RandomStream(_seed, $"weights/{parameter.Name}/{row}").FillUniform(parameter.Row(row), -bound, bound);
        }
        for (int row = 0; row < _head.Weights.Rows; row++)
            new RandomStream(_seed, $"weights/w/{row}").FillNormal(_head.Weights.Row(row), 0, .01f);
        for (int row = 0; row < _head.Alpha.Rows && _options.Plastic; row++)
            new RandomStream(_seed, $"weights/alpha/{row}").FillUniform(_head.Alpha.Row(row), 0, .01f);
        _head.Rate.Values[0] = .01f;
    }
}
