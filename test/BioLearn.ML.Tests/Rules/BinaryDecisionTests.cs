using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Which side of a score means yes: the score's sign, the probability and the label agree with one another and with the data.</summary>
public sealed class BinaryDecisionTests
{
    private readonly MLContext _ml = new(seed: 5);

    public static TheoryData<string> Heads() => [.. OutputHead.All.Where(h => !h.SumsToOne).Select(h => h.Name)];

    [Theory]
    [MemberData(nameof(Heads))]
    public void Network_of_any_head_says_yes_to_rows_that_are(string head)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Animal.Make(150));
        Check(_ml.BinaryClassification.Trainers.Backpropagation(new NetworkOptions
        {
            LabelColumnName = "IsCat",
            Head = OutputHead.Find(head),
            HiddenUnits = [8],
            NumberOfEpochs = 30,
            Optimizer = OptimizerSettings.Adam(0.02),
        }).Fit(data).Transform(data));
    }

    [Fact]
    public void Recurrent_networks_and_reservoirs_say_yes_to_rows_that_are()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Animal.Make(150));
        Check(_ml.BinaryClassification.Trainers.RandomFeedbackLocalOnline(new RecurrentOptions
        {
            LabelColumnName = "IsCat",
            NumberOfUnits = 16,
            Leak = 1,
            NumberOfEpochs = 30,
            Optimizer = OptimizerSettings.Adam(0.02),
        }).Fit(data).Transform(data));
        Check(_ml.BinaryClassification.Trainers.EchoStateNetwork(new EchoStateOptions { LabelColumnName = "IsCat", NumberOfUnits = 40, Leak = 1 }).Fit(data).Transform(data));
    }

    private void Check(IDataView scored)
    {
        float[] scores = [.. scored.GetColumn<float>("Score")], probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] said = [.. scored.GetColumn<bool>("PredictedLabel")], labels = [.. scored.GetColumn<bool>("IsCat")];
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.Equal(scores[i] > 0, said[i]);
            Assert.Equal(1 / (1 + Math.Exp(-scores[i])), probabilities[i], 1e-6);
        }
        Assert.InRange(said.Zip(labels, (a, b) => a == b).Count(right => right) / (double)labels.Length, 0.9, 1);
        Assert.InRange(_ml.BinaryClassification.Evaluate(scored, "IsCat").AreaUnderRocCurve, 0.95, 1);
    }
}
