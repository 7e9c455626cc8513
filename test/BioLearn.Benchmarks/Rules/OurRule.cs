using BioLearn.ML.Networks;

namespace BioLearn.Benchmarks.Rules;

/// <summary>Our side of a comparison: the training loop's own step, on batches of the same rows in the same order.</summary>
internal sealed class OurRule : IDisposable
{
    private readonly Network<float> _network;
    private readonly NetworkTrainer<float> _trainer;
    private readonly Samples<float> _samples;
    private readonly int[] _rows;
    private int _at;

    public OurRule(NetworkSpec spec, LearningRule rule, Samples<float> samples, int batch, OptimizerSettings optimizer, int threads)
    {
        _network = new Network<float>(spec, rule, Initializer.GlorotUniform, seed: 1);
        _trainer = new NetworkTrainer<float>(_network, rule, optimizer, batch, threads);
        _samples = samples;
        _rows = new int[batch];
    }

    /// <summary>Weights of a layer; a copy.</summary>
    public float[] Weights(int layer) => _network.Weights(layer).Values.ToArray();

    public void Step()
    {
        if (_at + _rows.Length > _samples.Count)
            _at = 0;
        for (int i = 0; i < _rows.Length; i++)
            _rows[i] = _at + i;
        _at += _rows.Length;
        _trainer.Step(_samples, _rows);
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _network.Dispose();
    }
}
