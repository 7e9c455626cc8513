using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Instructed;

public sealed class SubNetworkTests : IDisposable
{
    private const int Features = 12, Classes = 3, Tasks = 2;

    private readonly NetworkModelParameters _model = Trained();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Prediction_through_its_own_gates_is_the_instructed_prediction()
    {
        float[] features = Rows(40);
        for (int task = 0; task < Tasks; task++)
        {
            float[] asked = [.. Enumerable.Repeat(OneHot(task), 40).SelectMany(one => one)];
            Assert.Equal(_model.GetActivations(_model.Spec.Graph.Length, features, asked), SubNetwork.Of(_model, OneHot(task)).Predict(features));
        }
    }

    [Fact]
    public void Closed_units_are_silent_and_all_open_is_the_network_without_gates()
    {
        float[] features = Rows(5);
        var part = SubNetwork.Of(_model, OneHot(1));
        Assert.Equal([1, 2], part.Layers);
        float[] hidden = _model.GetActivations(1, features, [.. Enumerable.Repeat(OneHot(1), 5).SelectMany(one => one)]);
        for (int i = 0; i < hidden.Length; i++)
            Assert.True(part.Gates(1)[i % 30] || hidden[i] == 0);
        Assert.InRange(part.OpenShare(1), .05, .95);
        var open = part.Opened();
        Assert.Equal(1, open.OpenShare());
        Assert.Equal(WithoutGates(features), open.Predict(features), (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.NotEqual(open.Predict(features), part.Predict(features));
    }

    [Fact]
    public void Shuffled_gates_are_as_many_others_and_come_from_the_seed()
    {
        var part = SubNetwork.Of(_model, OneHot(0));
        SubNetwork drawn = part.Shuffled(4), again = part.Shuffled(4), other = part.Shuffled(5);
        foreach (int layer in part.Layers)
        {
            Assert.Equal(part.OpenShare(layer), drawn.OpenShare(layer));
            Assert.Equal(drawn.Gates(layer).ToArray(), again.Gates(layer).ToArray());
        }
        Assert.NotEqual(part.Gates(1).ToArray(), drawn.Gates(1).ToArray());
        Assert.NotEqual(other.Gates(1).ToArray(), drawn.Gates(1).ToArray());
    }

    [Fact]
    public void Overlaps_count_common_units()
    {
        SubNetwork one = SubNetwork.Of(_model, OneHot(0)), other = SubNetwork.Of(_model, OneHot(1));
        int common = 0, either = 0;
        foreach (int layer in one.Layers)
        {
            int here = one.Gates(layer).ToArray().Zip(other.Gates(layer).ToArray()).Count(pair => pair.First && pair.Second);
            Assert.Equal(here / (double)one.Gates(layer).Length, one.CommonShare(other, layer), 1e-12);
            common += here;
            either += one.Gates(layer).ToArray().Zip(other.Gates(layer).ToArray()).Count(pair => pair.First || pair.Second);
        }
        Assert.Equal(common / (double)either, one.Overlap(other), 1e-12);
        Assert.Equal(1, one.Overlap(one));
        Assert.Equal(one.OpenShare(), one.Overlap(one.Opened()), 1e-12);
        double expected = Enumerable.Range(0, 200).Average(seed => one.Shuffled(seed).Overlap(other));
        Assert.Equal(one.OverlapByChance(other), expected, .02);
    }

    [Fact]
    public void Wrong_instructions_layers_and_features_are_refused()
    {
        Assert.Contains("expected 2", Assert.Throws<ArgumentException>(() => SubNetwork.Of(_model, [1, 0, 0])).Message, StringComparison.Ordinal);
        var part = SubNetwork.Of(_model, OneHot(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => part.OpenShare(3));
        Assert.Throws<ArgumentException>(() => part.Predict(new float[Features + 1]));
        Assert.Empty(part.Predict([]));
        using NetworkModelParameters other = new(new Network<float>(NetworkSpec.Perceptron(Features, [4], Classes, Activation.ReLU, OutputHead.SoftmaxCrossEntropy), new CounterHebb(), Initializer.UniformByFanIn, 1), new CounterHebb());
        Assert.Throws<ArgumentException>(() => SubNetwork.Of(other, OneHot(0)));
    }

    private static NetworkModelParameters Trained()
    {
        CounterHebb rule = new() { InstructionWidth = Tasks };
        var spec = InstructedNetworks.FullyConnected(new TensorShape(Features), [30, 20], new Dense(Classes), OutputHead.SoftmaxCrossEntropy);
        Network<float> network = new(spec, rule, Initializer.UniformByFanIn, seed: 3);
        using (NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(.01), batchSize: 20))
        {
            int[] classes = [.. Enumerable.Range(0, 200).Select(i => i % Classes)], tasks = [.. Enumerable.Range(0, 200).Select(i => i % Tasks)];
            var samples = Samples<float>.OfClasses(Rows(200), classes).With(Instructions<float>.OfTasks(tasks, Tasks));
            for (int epoch = 0; epoch < 3; epoch++)
                trainer.TrainEpoch(samples);
        }
        return new NetworkModelParameters(network, rule);
    }

    /// <summary>Layer by layer, from the weights.</summary>
    private float[] WithoutGates(float[] features)
    {
        float[] signal = features;
        for (int l = 1; l <= 3; l++)
        {
            float[] weights = _model.GetWeights(l), biases = _model.GetBiases(l);
            int inputs = weights.Length / biases.Length, rows = signal.Length / inputs;
            float[] next = new float[rows * biases.Length];
            for (int i = 0; i < next.Length; i++)
            {
                float sum = biases[i % biases.Length];
                for (int k = 0; k < inputs; k++)
                    sum += weights[((i % biases.Length) * inputs) + k] * signal[((i / biases.Length) * inputs) + k];
                next[i] = l < 3 ? Math.Max(0, sum) : sum;
            }
            signal = next;
        }
        return [.. signal.Chunk(Classes).SelectMany(row => row.Select(v => MathF.Exp(v - row.Max()) / row.Sum(w => MathF.Exp(w - row.Max()))))];
    }

    private static float[] OneHot(int task) => task == 0 ? [1, 0] : [0, 1];

    private static float[] Rows(int count) => [.. Enumerable.Range(0, count * Features).Select(i => (float)Math.Sin(i * 1.7 + i / Features))];
}
