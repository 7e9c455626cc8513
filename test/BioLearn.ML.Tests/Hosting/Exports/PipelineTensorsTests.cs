using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Catalogs;
using BioLearn.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting.Exports;

/// <summary>What leaves a pipeline is what it computes with: outputs come out of the tensors again, by the equations, here.</summary>
public sealed class PipelineTensorsTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<string> Models => SavedModel.Names();

    [Theory]
    [MemberData(nameof(Models))]
    public void Saved_model_of_any_kind_gives_its_tensors_or_says_that_it_has_none(string name)
    {
        ITransformer model = SavedModel.Named(name).Load();
        if (name.EndsWith("/spike-latency-code", StringComparison.Ordinal))
        {
            Assert.Contains("SpikeLatencyCodeTransformer", Assert.Throws<InvalidOperationException>(() => model.GetTensors()).Message, StringComparison.Ordinal);
            return;
        }
        NamedTensors tensors = model.GetTensors();
        Assert.NotEmpty(tensors.Tensors);
        Assert.All(tensors.Tensors, tensor => Assert.True(tensor.Bytes.Length > 0, tensor.Name));
    }

    [Fact]
    public void Network_has_its_tensors_under_the_equations_names()
    {
        FeedbackAlignment rule = new();
        using Network<float> network = new(NetworkSpec.Sequential(new TensorShape(4), new Dense(3), new Dense(2)), rule, Initializer.GlorotUniform, seed: 1);
        using (NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(.1), batchSize: 1))
            trainer.Step([1, 2, 3, 4], [1, 0]);
        NamedTensors tensors = network.GetTensors();
        Assert.Equal(["W1 3x4", "b1 3", "W2 2x3", "b2 2", "K2 2x3"], tensors.Tensors.Select(tensor => $"{tensor.Name} {string.Join('x', tensor.Shape)}"));
        Assert.Equal(network.Weights(1).Values.ToArray(), tensors["W1"].Values<float>().ToArray());
        NamedTensors model = new NetworkModelParameters(network, rule).GetTensors();
        Assert.Equal(tensors.Tensors.Select(tensor => tensor.Name), model.Tensors.Select(tensor => tensor.Name));
        Assert.All(tensors.Tensors, tensor => Assert.Equal(tensor.Bytes, model[tensor.Name].Bytes));
        Assert.Equal("feedback alignment", model.Metadata["rule"], ignoreCase: true);
        Assert.Contains("W1, b1", Assert.Throws<KeyNotFoundException>(() => model["W3"]).Message, StringComparison.Ordinal);
        Assert.Contains("<f4", Assert.Throws<ArgumentException>(() => model["W1"].Values<double>().ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convolution_and_its_feedback_have_four_dimensions()
    {
        NetworkSpec spec = NetworkSpec.Sequential(new TensorShape(2, 6, 6), new Convolution2D(4, 3) { Groups = 2 }, new MaxPooling2D(2), new Convolution2D(5, 2), new Dense(3));
        using Network<double> network = new(spec, new FeedbackAlignment(), Initializer.GlorotUniform, seed: 1);
        NamedTensors tensors = network.GetTensors();
        Assert.Equal([4, 1, 3, 3], tensors["W1"].Shape);
        Assert.Equal([5, 4, 2, 2], tensors["W2"].Shape);
        Assert.Equal([5, 4, 2, 2], tensors["K2"].Shape);
        Assert.Equal([3, 5], tensors["W3"].Shape);
        Assert.Equal(network.Side("K", 2).Values.ToArray(), tensors["K2"].Values<double>().ToArray());
    }

    [Theory]
    [InlineData("Multiclass")]
    [InlineData("Binary")]
    [InlineData("Regression")]
    public void Activities_and_scores_follow_from_the_weights(string name)
    {
        PredictionTask task = Enum.Parse<PredictionTask>(name);
        IDataView rows = CatalogRows.Of(_mlContext, task);
        NetworkOptions options = new() { HiddenUnits = [5], NumberOfEpochs = 3, Activation = Activation.Tanh };
        ITransformer model = task switch
        {
            PredictionTask.Multiclass => _mlContext.MulticlassClassification.Trainers.FeedbackAlignment(options).Fit(rows),
            PredictionTask.Binary => _mlContext.BinaryClassification.Trainers.FeedbackAlignment(options).Fit(rows),
            _ => _mlContext.Regression.Trainers.FeedbackAlignment(options).Fit(rows),
        };
        NamedTensors weights = model.GetTensors(), activities = model.GetActivations(rows);
        float[] w1 = weights["W1"].Values<float>().ToArray(), b1 = weights["b1"].Values<float>().ToArray(), w2 = weights["W2"].Values<float>().ToArray(), b2 = weights["b2"].Values<float>().ToArray();
        float[] h1 = activities["h1"].Values<float>().ToArray(), score = activities["Score"].Values<float>().ToArray();
        Assert.Equal([CatalogRows.Count, 5], activities["h1"].Shape);
        for (int row = 0; row < CatalogRows.Count; row++)
        {
            float[] x = CatalogRows.Features(row);
            double[] h = [.. Enumerable.Range(0, 5).Select(u => Math.Tanh(b1[u] + x.Select((value, i) => (double)value * w1[(u * x.Length) + i]).Sum()))];
            for (int u = 0; u < 5; u++)
                Assert.Equal(h[u], h1[(row * 5) + u], 1e-5);
            double[] a = [.. b2.Select((b, k) => b + h.Select((value, u) => value * w2[(k * 5) + u]).Sum())];
            for (int k = 0; k < a.Length; k++)
                Assert.Equal(task == PredictionTask.Multiclass ? Math.Exp(a[k]) / a.Sum(Math.Exp) : a[k], score[(row * a.Length) + k], 1e-4);
        }
        if (task == PredictionTask.Binary)
            Assert.Equal(score.Select(s => s > 0 ? (byte)1 : (byte)0), activities["PredictedLabel"].Values<byte>().ToArray());
        else if (task == PredictionTask.Multiclass)
            Assert.Equal(score.Chunk(3).Select(row => Array.IndexOf(row, row.Max()) + 1), activities["PredictedLabel"].Values<int>().ToArray());
        Assert.DoesNotContain(activities.Tensors, tensor => tensor.Name is "Features" or "Label");
    }

    [Fact]
    public void Maps_that_a_convolution_cannot_take_in_stand_beside_the_weights()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Picture { Features = [.. CatalogRows.Features(i).Concat(CatalogRows.Features(i + 3)).Select(x => 200 + (50 * x))], Label = i % 3 }));
        var model = _mlContext.Regression.Trainers.Backpropagation(new NetworkOptions { InputShape = new TensorShape(1, 4, 4), Layers = [new Convolution2D(2, 3)], NumberOfEpochs = 1 }).Fit(rows).Model;
        NamedTensors tensors = model.GetTensors();
        Assert.False(model.IsInputMapFolded);
        Assert.Equal(model.InputMap!.Scale.ToArray(), tensors["input-scale"].Values<float>().ToArray());
        Assert.Equal(model.InputMap.Centre.ToArray(), tensors["input-centre"].Values<float>().ToArray());
        Assert.Equal([40, 2, 2, 2], ((ITransformer)_mlContext.Regression.Trainers.Backpropagation(new NetworkOptions { InputShape = new TensorShape(1, 4, 4), Layers = [new Convolution2D(2, 3)], NumberOfEpochs = 1 }).Fit(rows)).GetActivations(rows)["h1"].Shape);
    }

    [Fact]
    public void Several_parts_have_their_place_before_their_names()
    {
        IDataView rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        ITransformer model = _mlContext.Transforms.HebbianComponents("Components", "Features", rank: 2).Append(_mlContext.MulticlassClassification.Trainers.Backpropagation(featureColumnName: "Components", hiddenUnits: [4])).Fit(rows);
        NamedTensors tensors = model.GetTensors();
        Assert.Equal(["1.W", "1.mean", "2.W1", "2.b1", "2.W2", "2.b2"], tensors.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([2, CatalogRows.Width], tensors["1.W"].Shape);
        NamedTensors activities = model.GetActivations(rows);
        Assert.Equal(["h1", "h2", "Components", "PredictedLabel", "Score"], activities.Tensors.Select(tensor => tensor.Name));
        float[] w = tensors["1.W"].Values<float>().ToArray(), mean = tensors["1.mean"].Values<float>().ToArray(), x = CatalogRows.Features(7);
        Assert.Equal(x.Select((value, i) => (value - mean[i]) * w[CatalogRows.Width + i]).Sum(), activities["Components"].Values<float>()[(7 * 2) + 1], 1e-5);
    }

    [Fact]
    public void One_versus_all_has_a_network_a_class()
    {
        IDataView rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        var model = _mlContext.MulticlassClassification.Trainers.OneVersusAll(_mlContext.BinaryClassification.Trainers.Backpropagation(hiddenUnits: [4], numberOfEpochs: 1)).Fit(rows);
        NamedTensors tensors = ((ITransformer)model).GetTensors();
        Assert.Equal(model.Model.Models[2].GetWeights(1), tensors["class2.W1"].Values<float>().ToArray());
        Assert.Equal(12, tensors.Tensors.Count);
    }

    [Fact]
    public void Support_vectors_decide_as_the_model_does()
    {
        IDataView rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        RbfSvmModelParameters model = _mlContext.MulticlassClassification.Trainers.RbfSvm(new RbfSvmOptions()).Fit(rows).Model;
        NamedTensors tensors = model.GetTensors();
        double[] mean = tensors["mean"].Values<double>().ToArray(), scale = tensors["scale"].Values<double>().ToArray(), vectors = tensors["vectors"].Values<double>().ToArray(), coefficients = tensors["coefficients"].Values<double>().ToArray(), b = tensors["b"].Values<double>().ToArray();
        double gamma = tensors["gamma"].Values<double>()[0];
        float[] x = CatalogRows.Features(5);
        double[] z = [.. x.Select((value, i) => (value - mean[i]) / scale[i])];
        int count = vectors.Length / x.Length;
        double[] expected = [.. b.Select((bias, p) => bias + Enumerable.Range(0, count).Sum(v => coefficients[(p * count) + v] * Math.Exp(-gamma * z.Select((value, i) => Math.Pow(value - vectors[(v * x.Length) + i], 2)).Sum())))];
        Assert.Equal(3, expected.Length);
        Assert.All(expected.Zip(model.Decide(x)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void Recurrent_network_and_concept_cells_give_what_they_compute_with()
    {
        IDataView rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        RecurrentModelParameters recurrent = SavedModel.Named("v0.1/recurrent-multiclass").Parts().OfType<PredictionTransformer<RecurrentModelParameters>>().Single().Model;
        Assert.Equal(recurrent.GetWeights(), recurrent.GetTensors()["W1"].Values<float>().ToArray());
        Assert.Equal([recurrent.Units, recurrent.Units + recurrent.Network.Inputs + 1], recurrent.GetTensors()["W1"].Shape);
        NamingModelParameters cells = _mlContext.MulticlassClassification.Trainers.OneShotNaming(new OneShotNamingOptions()).Fit(rows).Model;
        NamedTensors tensors = cells.GetTensors();
        Assert.Equal(cells.GetWeights(1), tensors["M"].Values<double>().Slice(CatalogRows.Width, CatalogRows.Width).ToArray());
        Assert.Equal(cells.Recall(1)[3], tensors["M"].Values<double>()[CatalogRows.Width + 3] - tensors["M0"].Values<double>()[CatalogRows.Width + 3], 1e-12);
    }

    [Fact]
    public void Instructed_network_is_read_as_each_row_asks()
    {
        IDataView rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        var model = _mlContext.MulticlassClassification.Trainers.InstructedNetwork(new BioLearn.ML.Instructed.InstructedNetworkOptions { HiddenUnits = [6], NumberOfEpochs = 1 }).Fit(rows);
        float[] h1 = ((ITransformer)model).GetActivations(rows)["h1"].Values<float>().ToArray();
        float[] closed = model.Model.GetActivations(1, CatalogRows.Features(3), [0, 1]);
        Assert.Equal(closed, h1[(3 * 6)..(4 * 6)]);
        Assert.NotEqual(model.Model.GetActivations(1, CatalogRows.Features(3), [1, 0]), closed);
    }

    [Fact]
    public void Pipeline_without_weights_of_ours_names_its_parts()
    {
        IDataView rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        ITransformer model = _mlContext.Transforms.NormalizeMinMax("Features").Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(rows);
        string message = Assert.Throws<InvalidOperationException>(() => model.GetTensors()).Message;
        Assert.Contains("NormalizingTransformer, MulticlassPredictionTransformer", message, StringComparison.Ordinal);
        Assert.Equal(["PredictedLabel", "Score"], model.GetActivations(rows).Tensors.Select(tensor => tensor.Name)); // columns can be had of anybody's
    }

    private sealed class Picture
    {
        [VectorType(16)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
