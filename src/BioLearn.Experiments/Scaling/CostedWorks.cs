using BioLearn.ML;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Networks;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Recurrent;
using Microsoft.ML;

namespace BioLearn.Experiments.Scaling;

/// <summary>How <see cref="CostedWork"/> is done.</summary>
internal static class CostedWorks
{
    /// <summary>Column of the features that a transform makes.</summary>
    public const string Made = "Made";

    private const int Parts = 4;

    /// <summary>Learns from so many rows and gives what scores them, or null.</summary>
    public static Func<IDataView, ITransformer?> Of(CostTrial trial, MLContext mlContext, int rows, CancellationToken cancellation)
    {
        if (trial.Work != CostedWork.PlasticMemory)
            return Estimator(trial, mlContext, cancellation).Fit;
        PlasticRecurrentTrainer<float> trainer = new(new PlasticTrainerOptions
        {
            Task = AssociativeMemoryTask.Binary50 with { PatternSize = trial.Units },
            Updates = Math.Max(1, rows * trial.Epochs / trial.Batch),
            BatchSize = trial.Batch,
            Threads = trial.Threads,
        });
        return _ =>
        {
            trainer.Train(cancellationToken: cancellation);
            return null;
        };
    }

    private static IEstimator<ITransformer> Estimator(CostTrial trial, MLContext mlContext, CancellationToken cancellation)
    {
        var transforms = mlContext.Transforms;
        int[] layers = [.. Enumerable.Repeat(trial.Units, trial.Depth)];
        return trial.Work switch
        {
            CostedWork.LearningRule => mlContext.MulticlassClassification.Trainers.LearningRule(trial.Rule, new NetworkOptions
            {
                HiddenUnits = layers,
                BatchSize = trial.Batch,
                NumberOfEpochs = trial.Epochs,
                NumberOfThreads = trial.Threads,
                NormalizeFeatures = NormalizeFeatures.No,
                CancellationToken = cancellation,
            }),
            CostedWork.HebbianComponents => transforms.HebbianComponents(Of(new HebbianOptions { Rule = new Sanger(), NumberOfUnits = Math.Min(trial.Units, trial.Features), BatchSize = trial.Batch, NumberOfEpochs = trial.Epochs })),
            CostedWork.CompetitiveLayer => transforms.CompetitiveLayer(Of(new CompetitiveOptions { Rule = new SoftHebb(), NumberOfUnits = trial.Units, BatchSize = trial.Batch, NumberOfEpochs = trial.Epochs })),
            CostedWork.BoltzmannMachine => transforms.RestrictedBoltzmannMachine(Of(new RestrictedBoltzmannMachineOptions { NumberOfUnits = trial.Units, BatchSize = trial.Batch, NumberOfEpochs = trial.Epochs })),
            CostedWork.DeepBelief => transforms.DeepBeliefNetwork(Of(new DeepBeliefNetworkOptions { HiddenUnits = layers, BatchSize = trial.Batch, NumberOfEpochs = trial.Epochs })),
            CostedWork.Helmholtz => transforms.HelmholtzMachine(Of(new HelmholtzOptions { HiddenUnits = layers, BatchSize = trial.Batch, NumberOfEpochs = trial.Epochs })),
            CostedWork.Recurrent => mlContext.MulticlassClassification.Trainers.RandomFeedbackLocalOnline(new RecurrentOptions
            {
                TimeSteps = Parts,
                NumberOfUnits = trial.Units,
                BatchSize = trial.Batch,
                NumberOfEpochs = trial.Epochs,
                NormalizeFeatures = NormalizeFeatures.No,
                CancellationToken = cancellation,
            }),
            _ => throw new ArgumentOutOfRangeException(nameof(trial), trial.Work, "is no such work"),
        };

        TOptions Of<TOptions>(TOptions options)
            where TOptions : UnsupervisedOptions
        {
            options.OutputColumnName = Made;
            options.InputColumnName = "Features";
            options.NumberOfThreads = trial.Threads;
            options.CancellationToken = cancellation;
            return options;
        }
    }
}
