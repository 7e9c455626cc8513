using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>From rows that hold sequences to an echo-state network: what stands behind its trainers.</summary>
internal static class EchoStateTraining
{
    public static RecurrentModelParameters Train(PredictionTask task, EchoStateOptions options, TrainingContext<RecurrentModelParameters> context)
    {
        options.Validate();
        LeakyRecurrentNetwork<float> network = SequenceRows.NetworkFor(task, options, options.TimeSteps, options.NumberOfUnits, options.Leak, context.Data);
        if (context.InitialModel is { } initial)
            SequenceRows.Copy(initial, network);
        else
            Reservoir.Draw(network, options, context.Seed, context.Run.ThrowIfCancelled);
        RidgeReadout readout = new(network.Units + 1, network.Outputs) { Interruption = context.Run.ThrowIfCancelled };
        Visit(network, options, task, context, context.Data, readout.Add);
        double[] weights = readout.Solve(options.Ridge, out double loss);
        for (int i = 0; i < weights.Length; i++)
            network.Readout.Values[i] = (float)weights[i];
        context.Run.Report(new TrainingProgress(1, 1, loss, context.Validation is { } v ? Loss(network, options, task, context, v) : null));
        return new RecurrentModelParameters(network, options.TimeSteps, OutputHead.LinearSquaredError);
    }

    private delegate void Reader(ReadOnlySpan<float> read, ReadOnlySpan<float> target, double weight);

    /// <summary>Runs every row through the reservoir and shows the states of its taught steps.</summary>
    private static void Visit(
        LeakyRecurrentNetwork<float> network, EchoStateOptions options, PredictionTask task, TrainingContext<RecurrentModelParameters> context, TrainingData data, Reader reader)
    {
        LeakyRecurrentState<float> state = new(network);
        float[] target = new float[network.Outputs];
        int first = options.TaughtSteps == 0 ? 0 : options.TimeSteps - options.TaughtSteps;
        for (int row = 0; row < data.Count; row++)
        {
            context.Run.ThrowIfCancelled();
            SequenceRows.SetTarget(data, row, target);
            if (task == PredictionTask.Binary)
                target[0] = (4 * target[0]) - 2; // 4 (p − ½) is the logit of p to first order
            state.Start();
            for (int t = 0; t < options.TimeSteps; t++)
            {
                state.Advance(data.Features.Span.Slice((row * data.FeatureCount) + (t * network.Inputs), network.Inputs));
                if (t >= first)
                    reader(state.Read, target, data.Weights.IsEmpty ? 1 : data.Weights[row]);
            }
        }
    }

    private static double Loss(
        LeakyRecurrentNetwork<float> network, EchoStateOptions options, PredictionTask task, TrainingContext<RecurrentModelParameters> context, TrainingData data)
    {
        double loss = 0, total = 0;
        Visit(network, options, task, context, data, (read, target, weight) =>
        {
            for (int k = 0; k < target.Length; k++)
            {
                double error = target[k] - System.Numerics.Tensors.TensorPrimitives.Dot(LeakyRecurrentState<float>.Row(network.Readout, k), read);
                loss += 0.5 * weight * error * error;
            }
            total += weight;
        });
        return total > 0 ? loss / total : 0;
    }
}
