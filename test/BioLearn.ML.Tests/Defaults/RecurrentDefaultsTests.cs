using BioLearn.Kernels.Random;
using BioLearn.ML.Recurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Defaults;

/// <summary>Recurrent trainers read inputs and labels of any size, as the others do.</summary>
public class RecurrentDefaultsTests
{
    private const int Steps = 6;

    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData("rflo")]
    [InlineData("e-prop")]
    [InlineData("echo-state")]
    public void Number_that_a_sequence_holds_is_found_whatever_its_size(string name)
    {
        IDataView Data(int first) => _ml.Data.LoadFromEnumerable(Rows(200, first));
        IEstimator<ITransformer> trainer = name switch
        {
            "rflo" => _ml.Regression.Trainers.RandomFeedbackLocalOnline(new() { TimeSteps = Steps, NumberOfEpochs = 60, Seed = 1 }),
            "e-prop" => _ml.Regression.Trainers.EligibilityPropagation(new() { TimeSteps = Steps, NumberOfEpochs = 60, Seed = 1 }),
            _ => _ml.Regression.Trainers.EchoStateNetwork(new EchoStateOptions { TimeSteps = Steps, Seed = 1 }),
        };
        ITransformer model = trainer.Fit(Data(0));
        using MemoryStream file = new();
        _ml.Model.Save(model, Data(0).Schema, file);
        IDataView scored = BioLearnModel.Load(_ml, file, out _).Transform(Data(5000));
        Assert.Equal(model.Transform(Data(5000)).GetColumn<float>("Score"), scored.GetColumn<float>("Score"));
        double share = _ml.Regression.Evaluate(scored).RSquared;
        Assert.True(share > 0.7, $"R squared {share:0.00}");
    }

    // Two inputs a step, of very different size and place; the label is what the first was at the last steps.
    private static Row[] Rows(int count, int first)
    {
        RandomStream random = new(11, $"sequences/{first}");
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] features = new float[2 * Steps];
            for (int t = 0; t < Steps; t++)
                (features[2 * t], features[(2 * t) + 1]) = ((float)(5e4 + (2e3 * random.NextNormal())), (float)random.NextNormal() * 1e-4f);
            return new Row { Features = features, Label = 1e6f + (10 * (features[^2] + (0.5f * features[^4]))) };
        })];
    }

    private sealed class Row
    {
        [VectorType(2 * Steps)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
