// Any ML.NET trainer over a grid: LightGBM and two learning rules, each at several rates, three seeds, on 2,000 pieces of clothing.
//
//   dotnet run -c Release --project examples/SweepATrainer [FOLDER]
//
// What is done lies in the folder (sweep): run it again and nothing is run, stop it and it goes on, change one rate and only its trials are new.
// It ends with a report: each trainer's best rate, the comparison seed by seed, pictures. A table of your own: replace Rows.
//
// Expected, about (a minute of one core):
//
//   27 trials: 0 were done, 27 run, 0 failed
//   Reproduced: Feedback alignment comes within .03 of backpropagation (0.837 ± 0.003 and 0.826 ± 0.010)
//   Reproduced: LightGBM names four pictures of five (0.844 ± 0.000)

using BioLearn.Experiments;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Reports;
using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

GridFile grid = GridFile.Parse(
    """
    name: sweep
    summary: LightGBM beside two learning rules, the best rate of each.
    task: classify-clothes
    seeds: 3
    trial:
      trainer: {grid: [light-gbm, backpropagation, feedback-alignment]}
      rate: {grid: [0.001, 0.003, 0.01]}
    overrides:
      - when: {trainer: light-gbm}
        set: {rate: {grid: [0.03, 0.1, 0.3]}}
    select: {over: rate, by: trainer, metric: accuracy, best: max}
    report:
      labels: {light-gbm: LightGBM, backpropagation: Backpropagation, feedback-alignment: Feedback alignment, rate: Learning rate, accuracy: Test accuracy}
      claims:
        - claim: Feedback alignment comes within .03 of backpropagation
          metric: accuracy
          ascending: [{trainer: backpropagation}, {trainer: feedback-alignment}]
          by: -.03
        - {claim: LightGBM names four pictures of five, where: {trainer: light-gbm}, metric: accuracy, above: .8}
      figures:
        - {name: rates, kind: points, trials: all, x: rate, x-scale: log, series: trainer, metric: accuracy}
    """, "sweep.yaml");
Experiment experiment = new(grid, new TrialCatalog().Add<ClothesTrial>("classify-clothes"));
ResultsFolder folder = new(args is [var named] ? named : "sweep");
RunSummary done = new LocalRun(experiment, folder).Run();
Console.WriteLine($"{done.Trials} trials: {done.Before} were done, {done.Ran} run, {done.Failed} failed");

ExperimentReport report = new(ExperimentResults.Read(experiment, folder, "dotnet run -c Release --project examples/SweepATrainer"));
foreach (ClaimResult claim in report.Claims)
    Console.WriteLine($"{claim.Verdict}: {claim.Text} ({string.Join(" and ", claim.Points[0].Sides.Select(side => $"{side.Ours.Mean:0.000} ± {side.Ours.StandardError:0.000}"))})");
Console.WriteLine(ReportWriter.Write(Path.Combine(folder.Path, "report"), [report], DateTimeOffset.UtcNow));

/// <summary>One trial: its properties are the settings of the grid.</summary>
internal sealed class ClothesTrial : ITrial
{
    public string Trainer { get; init; } = "";

    public double Rate { get; init; }

    public DataSource Data { get; init; } = DataSource.Find("fashion-mnist");

    public void Run(TrialContext context)
    {
        int seed = (int)(context.Seed & int.MaxValue);
        MLContext ml = new(seed);
        IDataView training = Rows(ml, Data.Training), test = Rows(ml, Data.Test);
        var trainers = ml.MulticlassClassification.Trainers;
        // One thread a trial: trials run side by side.
        IEstimator<ITransformer> trainer = Trainer == "light-gbm"
            ? trainers.LightGbm(new LightGbmMulticlassTrainer.Options { LearningRate = Rate, NumberOfIterations = 40, NumberOfThreads = 1, Deterministic = true, Seed = seed })
            : trainers.LearningRule(RuleTable.Find(Trainer)!.CreateRule(), new NetworkOptions { HiddenUnits = [128], Optimizer = OptimizerSettings.Adam(Rate), NumberOfEpochs = 10, BatchSize = 16, NumberOfThreads = 1, Seed = seed, CancellationToken = context.Cancellation });
        var key = ml.Transforms.Conversion.MapValueToKey("Label").Fit(training);
        ITransformer model = trainer.Fit(key.Transform(training));
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(key.Transform(test)));
        context.Record(1, ("accuracy", metrics.MicroAccuracy), ("log-loss", metrics.LogLoss));
    }

    private static IDataView Rows(MLContext ml, LabelledRows rows)
    {
        int width = rows.Width;
        return ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, rows.Count).Select(row => new Row { Features = rows.Features.Slice(row * width, width).ToArray(), Label = rows.Labels.Span[row] }),
            SchemaOf(width));
    }

    private static SchemaDefinition SchemaOf(int width)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return schema;
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public int Label { get; set; }
    }
}
