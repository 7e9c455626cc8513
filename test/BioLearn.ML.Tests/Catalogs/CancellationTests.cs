using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Naming;
using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>A stop is heard in the middle of work that nothing else divides: large matrices, long settlings. What is measured is work, not time: machines are busy.</summary>
public class CancellationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(0.5);
    private const double MostWork = 6;

    /// <summary>Work of minutes, as "what": (rows, features, trainer).</summary>
    private static readonly Dictionary<string, (int Rows, int Features, Func<MLContext, CancellationToken, IEstimator<ITransformer>> Create)> Works = new()
    {
        ["a reservoir's spectral radius"] = (20, 2, (ml, stop) => ml.MulticlassClassification.Trainers.EchoStateNetwork(new EchoStateOptions { NumberOfUnits = 3000, CancellationToken = stop })),
        ["ridge regression"] = (300, 2, (ml, stop) => ml.MulticlassClassification.Trainers.EchoStateNetwork(new EchoStateOptions { NumberOfUnits = 3000, Density = 0.001, CancellationToken = stop })),
        ["support vectors"] = (4000, 60, (ml, stop) => ml.MulticlassClassification.Trainers.RbfSvm(new RbfSvmOptions { Cost = 1e6, Gamma = 0.01, OptimizationTolerance = 1e-12, CancellationToken = stop })),
        ["storing patterns"] = (6000, 3000, (ml, stop) => ml.Transforms.HopfieldMemory(new HopfieldOptions { InputColumnName = "Features", OutputColumnName = "Out", Rule = HopfieldRule.PseudoInverse, CancellationToken = stop })),
        ["Storkey's rule"] = (3000, 3000, (ml, stop) => ml.Transforms.HopfieldMemory(new HopfieldOptions { InputColumnName = "Features", OutputColumnName = "Out", Rule = HopfieldRule.Storkey, CancellationToken = stop })),
        ["whitening"] = (50, 2500, (ml, stop) => ml.Transforms.CompetitiveLayer(new BioLearn.ML.Hebbian.CompetitiveOptions { InputColumnName = "Features", OutputColumnName = "Out", WhiteningRidge = 0.1, CancellationToken = stop })),
        ["a settling of hours"] = (40, 4, (ml, stop) => ml.MulticlassClassification.Trainers.LearningRule(new BioLearn.ML.Energy.EquilibriumPropagation { FreeSteps = int.MaxValue }, new NetworkOptions { HiddenUnits = [900, 900], CancellationToken = stop })),
        ["inference of hours"] = (40, 4, (ml, stop) => ml.MulticlassClassification.Trainers.LearningRule(new BioLearn.ML.Energy.PredictiveCoding { InferenceSteps = int.MaxValue }, new NetworkOptions { HiddenUnits = [900, 900], CancellationToken = stop })),
    };

    public static TheoryData<string> Names() => [.. Works.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Stop_is_heard_in_the_middle_of(string work)
    {
        var (count, features, create) = Works[work];
        MLContext mlContext = new(seed: 1);
        Random random = new(3);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        Row[] rows = [.. Enumerable.Range(0, count).Select(i => new Row { Label = "k" + random.Next(2), Features = [.. Enumerable.Range(0, features).Select(_ => (float)random.NextDouble() - 0.5f)] })];
        IDataView view = mlContext.Data.LoadFromEnumerable(rows, schema);
        IDataView data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        using CancellationTokenSource stop = new(Soon);
        double before = ThreadWork.Seconds;
        Assert.ThrowsAny<OperationCanceledException>(() => create(mlContext, stop.Token).Fit(data));
        Assert.InRange(ThreadWork.Seconds - before, 0, MostWork); // all of it would be minutes
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
