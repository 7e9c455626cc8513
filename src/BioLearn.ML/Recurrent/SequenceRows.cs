using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>Rows whose feature vector holds a sequence, time step after time step, and their labels as targets of a readout.</summary>
internal static class SequenceRows
{
    /// <summary>An untrained network for the rows.</summary>
    /// <exception cref="ArgumentException">The time steps do not divide the feature vector, or there is one class only.</exception>
    public static LeakyRecurrentNetwork<float> NetworkFor(PredictionTask task, TrainerOptions options, int timeSteps, int units, double leak, TrainingData data, double readoutDecay = 0)
    {
        if (data.FeatureCount % timeSteps != 0)
            throw new ArgumentException($"The feature column '{options.FeatureColumnName}' has {data.FeatureCount} numbers; with TimeSteps {timeSteps} it must be a multiple of it.", nameof(options));
        if (task == PredictionTask.Multiclass && data.ClassCount < 2)
            throw new InvalidOperationException($"The label column '{options.LabelColumnName}' has {data.ClassCount} class; there is nothing to tell apart, at least two are needed.");
        int inputs = data.FeatureCount / timeSteps, outputs = task == PredictionTask.Multiclass ? data.ClassCount : 1;
        Guard.Connections((long)units + Math.Max(inputs, outputs) + 1, units, "NumberOfUnits");
        MemoryLimit.Require(8L * sizeof(double) * units * units, $"NumberOfUnits {units}", "Fewer take less.");
        return new(inputs, units, outputs, leak, readoutDecay);
    }

    /// <summary>Goes on from another model's parameters.</summary>
    /// <exception cref="InvalidOperationException">They are of another size, or of another kind of network.</exception>
    public static void Copy(RecurrentModelParameters from, LeakyRecurrentNetwork<float> to, int timeSteps, OutputHead head)
    {
        if (from.Head != head)
            throw new InvalidOperationException($"The model to go on from has the output {from.Head}, this trainer {head}: another trainer or task made it.");
        if (from.TimeSteps != timeSteps)
            throw new InvalidOperationException($"The model to go on from reads {from.TimeSteps} time steps, TimeSteps is {timeSteps}.");
        if (from.Leak != to.Leak)
            throw new InvalidOperationException($"The model to go on from has units with a leak of {from.Leak}, Leak is {to.Leak}.");
        foreach ((Parameter<float> start, Parameter<float> parameter) in from.Network.Parameters.Zip(to.Parameters))
        {
            if (start.Values.Length != parameter.Values.Length)
                throw new InvalidOperationException($"The model to go on from has {from.Units} units and {from.OutputCount} outputs; the options ask for {to.Units} and {to.Outputs}.");
            start.Values.CopyTo(parameter.Values);
        }
    }

    /// <summary>One-hot classes, 0 and 1, or the number itself.</summary>
    public static void SetTarget(TrainingData data, int row, Span<float> target)
    {
        target.Clear();
        if (data.ClassCount == 0)
            target[0] = data.Targets[row];
        else if (target.Length == 1)
            target[0] = data.Classes[row];
        else
            target[data.Classes[row]] = 1;
    }
}
