using BioLearn.ML.Energy;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Networks;

/// <summary>What a trained network shows of itself: activities of its layers, in a pipeline and outside, and side tensors.</summary>
public class HiddenActivationsTests
{
    private readonly MLContext _ml = new(seed: 4);
    private readonly Animal[] _rows = Animal.Make(90);

    private IDataView Data => _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(_ml.Data.LoadFromEnumerable(_rows)).Transform(_ml.Data.LoadFromEnumerable(_rows));

    private NetworkOptions Options => new() { HiddenUnits = [6, 4], NumberOfEpochs = 5, BatchSize = 16 };

    [Fact]
    public void Column_holds_what_weights_biases_and_activation_make_of_the_row()
    {
        NetworkModelParameters model = _ml.MulticlassClassification.Trainers.FeedbackAlignment(Options).Fit(Data).Model;
        float[][] column = Column(_ml.Transforms.HiddenActivations("Hidden", model, layer: 2, inputColumnName: "Features").Fit(Data));
        for (int row = 0; row < _rows.Length; row++)
        {
            double[] expected = Layer(model, 2, Layer(model, 1, [.. _rows[row].Features.Select(v => (double)v)]));
            Assert.Equal(4, column[row].Length);
            Assert.All(expected.Zip(column[row]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    /// <summary>Also of a network that settles: the states are those in which it predicts, not what an earlier call left.</summary>
    [Theory]
    [MemberData(nameof(AllRules))]
    public void Every_rule_shows_hidden_activities_of_each_row_alone_as_in_a_batch(LearningRule rule)
    {
        NetworkModelParameters model = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options).Fit(Data).Model;
        float[] features = [.. _rows.Take(8).SelectMany(row => row.Features)];
        for (int layer = 1; layer <= model.Spec.Graph.Length; layer++)
        {
            float[] batch = model.GetActivations(layer, features);
            int width = batch.Length / 8;
            Assert.Equal(model.Spec.Graph[layer - 1].Output.Size, width);
            Assert.Contains(batch, value => value != 0);
            Assert.NotEqual(batch[..width], batch[width..(2 * width)]);
            float[] alone = model.GetActivations(layer, _rows[5].Features);
            Assert.All(alone.Zip(batch[(5 * width)..(6 * width)]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    public static TheoryData<LearningRule> AllRules() => [.. LearningRules.All];

    [Fact]
    public void Last_layer_gives_the_outputs_and_rows_beyond_one_batch_are_all_there()
    {
        var trained = _ml.MulticlassClassification.Trainers.Backpropagation(Options).Fit(Data);
        float[] features = [.. Enumerable.Range(0, 4).SelectMany(_ => _rows.SelectMany(row => row.Features))]; // more than one batch
        float[] outputs = trained.Model.GetActivations(3, features);
        Assert.Equal(4 * _rows.Length * 3, outputs.Length);
        float[] scores = [.. trained.Transform(Data).GetColumn<float[]>("Score").SelectMany(s => s)];
        for (int i = 0; i < outputs.Length; i++)
            Assert.Equal(scores[i % scores.Length], outputs[i], 1e-5);
    }

    [Fact]
    public void Pooled_layer_gives_what_its_readers_see()
    {
        LayerKinds.Register<Pairs>("tests-pairs");
        NetworkModelParameters model = _ml.MulticlassClassification.Trainers.Backpropagation(new NetworkOptions
        {
            InputShape = new(1, 1, Animal.FeatureCount),
            Layers = [new Convolution2D(3, 1), new Dense(8, Activation.ReLU), new Pairs()],
            NumberOfEpochs = 1,
        }).Fit(Data).Model;
        Assert.Equal(2, model.Spec.Graph.Count(l => l.HasWeights && l.Index < 3));
        float[] pooled = model.GetActivations(2, _rows[0].Features);
        Assert.Equal(4, pooled.Length);
        float[] first = model.GetActivations(1, _rows[0].Features);
        double[] units = Sums(model, 2, [.. first.Select(v => (double)v)]);
        for (int i = 0; i < 4; i++)
            Assert.Equal(Math.Max(Math.Max(units[2 * i], 0), Math.Max(units[(2 * i) + 1], 0)), pooled[i], 1e-5);
    }

    /// <summary>What settles there is as wide as what readers see, not as the units before pooling.</summary>
    [Fact]
    public void Pooled_layer_that_settles_gives_its_state()
    {
        NetworkModelParameters model = _ml.MulticlassClassification.Trainers.LearningRule(new EquilibriumPropagation(), new NetworkOptions
        {
            InputShape = new(1, 1, Animal.FeatureCount),
            Layers = [new Convolution2D(6, 1, 1, 0, Activation.HardSigmoid), new MaxPooling2D(1), new Dense(4, Activation.HardSigmoid)],
            NumberOfEpochs = 2,
        }).Fit(Data).Model;
        float[] state = model.GetActivations(1, [.. _rows[0].Features, .. _rows[1].Features]);
        int width = model.Spec.Graph[0].Output.Size;
        Assert.Equal(2 * width, state.Length);
        Assert.True(state[width..].Count(value => value > 0) > width / 4);
        Assert.NotEqual(state[..width], state[width..]);
    }

    [Fact]
    public void Transform_feeds_the_next_trainer_and_survives_saving()
    {
        NetworkModelParameters network = _ml.MulticlassClassification.Trainers.KolenPollack(Options).Fit(Data).Model;
        var model = _ml.Transforms.HiddenActivations("Hidden", network, inputColumnName: "Features")
            .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(featureColumnName: "Hidden")).Fit(Data);
        Assert.True(_ml.MulticlassClassification.Evaluate(model.Transform(Data)).MicroAccuracy > 0.6);
        using MemoryStream file = new();
        _ml.Model.Save(model, Data.Schema, file);
        ITransformer loaded = BioLearnModel.Load(new MLContext(), file, out _);
        Assert.Equal(Column(model).SelectMany(v => v), Column(loaded).SelectMany(v => v));
        HiddenActivations hidden = ((IEnumerable<ITransformer>)loaded).OfType<UnsupervisedTransformer<HiddenActivations>>().Single().Model;
        Assert.Equal((1, "Kolen-Pollack"), (hidden.Layer, hidden.Network.RuleName));
        Assert.Equal(network.GetSide("K", 2), hidden.Network.GetSide("K", 2));
    }

    [Fact]
    public void Wrong_layer_column_and_length_are_refused_by_name()
    {
        NetworkModelParameters model = _ml.MulticlassClassification.Trainers.FeedbackAlignment(Options).Fit(Data).Model;
        foreach (int layer in (int[])[0, 4])
        {
            Assert.Contains("must be from 1 to 3, the layers of 5-6-4-3", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.HiddenActivations("Hidden", model, layer, "Features")).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => model.GetActivations(layer, _rows[0].Features));
        }
        Assert.Contains("expected 5 for each row", Assert.Throws<ArgumentException>(() => model.GetActivations(1, new float[7])).Message, StringComparison.Ordinal);
        Assert.Contains("'Hidden'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.HiddenActivations("Hidden", model).Fit(Data)).Message, StringComparison.Ordinal);
        Assert.Contains("expected Vector<Single>, got String", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.HiddenActivations("Hidden", model, inputColumnName: "Name").Fit(Data)).Message, StringComparison.Ordinal);
        IDataView longer = _ml.Transforms.Concatenate("Features", "Features", "Size").Fit(Data).Transform(Data);
        Assert.Contains("expected Vector<Single, 5>, got Vector<Single, 6>", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.HiddenActivations("Hidden", model, inputColumnName: "Features").Fit(longer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Side_tensors_are_listed_and_found_by_name()
    {
        NetworkModelParameters model = _ml.MulticlassClassification.Trainers.WeightMirror(Options).Fit(Data).Model;
        Assert.Equal([("K", 2), ("K", 3)], model.SideTensors);
        Assert.Equal(6 * 4, model.GetSide("K", 2).Length);
        Assert.NotEqual(model.GetWeights(2), model.GetSide("K", 2));
        Assert.Contains("K/2, K/3", Assert.Throws<KeyNotFoundException>(() => model.GetSide("K", 1)).Message, StringComparison.Ordinal);
        NetworkModelParameters plain = _ml.MulticlassClassification.Trainers.Backpropagation(Options).Fit(Data).Model;
        Assert.Empty(plain.SideTensors);
        Assert.Contains("keeps none", Assert.Throws<KeyNotFoundException>(() => plain.GetSide("K", 2)).Message, StringComparison.Ordinal);
    }

    private float[][] Column(ITransformer model) => [.. model.Transform(Data).GetColumn<float[]>("Hidden")];

    private static double[] Layer(NetworkModelParameters model, int layer, double[] x) => Array.ConvertAll(Sums(model, layer, x), Math.Tanh);

    private static double[] Sums(NetworkModelParameters model, int layer, double[] x)
    {
        float[] w = model.GetWeights(layer), b = model.GetBiases(layer);
        return [.. b.Select((bias, unit) => bias + x.Select((v, i) => v * w[(unit * x.Length) + i]).Sum())];
    }

    /// <summary>The larger of each two units.</summary>
    private sealed record Pairs : LayerSpec
    {
        public override LayerParts Resolve(TensorShape input) => new() { Readout = new Larger(input) };

        private sealed class Larger(TensorShape units) : Readout(units, new TensorShape(units.Size / 2))
        {
            public override bool HasWinners => true;

            public override void Forward<T>(int batch, ReadOnlySpan<T> units, Span<T> output, Span<int> winners)
            {
                for (int i = 0; i < output.Length; i++)
                {
                    winners[i] = units[2 * i] >= units[(2 * i) + 1] ? 2 * i : (2 * i) + 1;
                    output[i] = units[winners[i]];
                }
            }

            public override void Back<T>(int batch, ReadOnlySpan<T> arriving, ReadOnlySpan<int> winners, Span<T> destination)
            {
                destination.Clear();
                for (int i = 0; i < arriving.Length; i++)
                    destination[winners[i]] = arriving[i];
            }
        }
    }
}
