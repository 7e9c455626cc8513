using System.Globalization;
using System.Text.Json;
using BioLearn.Benchmarks.Harness;
using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using Microsoft.ML;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Recurrent;

/// <summary>
/// What a recurrent network taught online makes of pictures that it reads row by row, naming the class after the last row: its accuracy
/// on the test pictures after the last epoch, several seeds. One JSON line a run, a table at the end.
/// </summary>
internal sealed class RecurrentCommand : Command<RecurrentSettings>
{
    private const int RowsOfPicture = 28;

    public override int Execute(CommandContext context, RecurrentSettings settings, CancellationToken cancellationToken)
    {
        List<(string Feedback, double[] Accuracies)> table = [];
        foreach (string feedback in settings.Feedback.Split(','))
            table.Add((feedback, [.. Enumerable.Range(0, settings.Seeds).Select(seed => Measure(feedback, seed, settings, cancellationToken))]));
        Report.Line(string.Create(CultureInfo.InvariantCulture, $"{settings.Data}: {settings.Units} units, leak {settings.Leak}, {settings.Epochs} epochs"));
        foreach ((string feedback, double[] accuracies) in table)
            Accuracies.Line(feedback, accuracies);
        return 0;
    }

    private static double Measure(string feedback, int seed, RecurrentSettings settings, CancellationToken cancellation)
    {
        MLContext ml = new(seed);
        IDataView train = PictureFolder.Load(ml, settings.Data, "train"), test = PictureFolder.Load(ml, settings.Data, "t10k");
        if (settings.Rows is { } rows)
            train = ml.Data.TakeRows(train, rows);
        double start = CpuClock.Process();
        var model = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.MulticlassClassification.Trainers.RandomFeedbackLocalOnline(new RecurrentOptions
            {
                TimeSteps = RowsOfPicture,
                NormalizeFeatures = NormalizeFeatures.No, // pixels have one scale
                NumberOfUnits = settings.Units,
                Leak = settings.Leak,
                SymmetricFeedback = feedback == "symmetric",
                LearnUnits = feedback != "none",
                Optimizer = OptimizerSettings.Adam(settings.LearningRate),
                BatchSize = settings.Batch,
                NumberOfEpochs = settings.Epochs,
                CancellationToken = cancellation,
            }))
            .Fit(train);
        double learned = CpuClock.Process() - start;
        double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            data = settings.Data,
            feedback,
            units = settings.Units,
            leak = settings.Leak,
            learningRate = settings.LearningRate,
            batch = settings.Batch,
            epochs = settings.Epochs,
            seed,
            accuracy,
            learningCpuSeconds = Math.Round(learned, 1),
        }));
        return accuracy;
    }
}
