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
            SequenceRows.Copy(initial, network, options.TimeSteps, OutputHead.LinearSquaredError);
        else
            Reservoir.Draw(network, options, context.Seed, context.Run.ThrowIfCancelled);
        FeatureMap? input = context.InitialModel is { } earlier ? earlier.InputMap : FeatureScaling.Find(options.NormalizeFeatures, options.FeatureColumnName, context, timeSteps: options.TimeSteps);
        FeatureMap? label = context.InitialModel is { } first ? first.LabelMap : LabelScaling.Find(options.StandardizeLabel, options.LabelColumnName, context, ActivityRange.Any);
        Sequences rows = new(network, options, task, context, input, label);
        RidgeReadout readout = new(network.Units + 1, network.Outputs) { Interruption = context.Run.ThrowIfCancelled };
        rows.Visit(context.Data, readout.Add);
        double[] weights = readout.Solve(options.Ridge, out double loss);
        for (int i = 0; i < weights.Length; i++)
            network.Readout.Values[i] = (float)weights[i];
        context.Run.Report(new TrainingProgress(1, 1, loss, context.Validation is { } v ? Loss(rows, network, v) : null));
        return new RecurrentModelParameters(network, options.TimeSteps, OutputHead.LinearSquaredError) { InputMap = input, LabelMap = label };
    }

    private delegate void Reader(ReadOnlySpan<float> read, ReadOnlySpan<float> target, double weight);

    /// <summary>Rows on their way through the reservoir.</summary>
    private sealed record Sequences(
        LeakyRecurrentNetwork<float> Network, EchoStateOptions Options, PredictionTask Task, TrainingContext<RecurrentModelParameters> Context, FeatureMap? Input, FeatureMap? Label)
    {
        /// <summary>Runs every row through it and shows the states of its taught steps.</summary>
        public void Visit(TrainingData data, Reader reader)
        {
            LeakyRecurrentState<float> state = new(Network);
            float[] target = new float[Network.Outputs], input = new float[Network.Inputs];
            int first = Options.TaughtSteps == 0 ? 0 : Options.TimeSteps - Options.TaughtSteps;
            for (int row = 0; row < data.Count; row++)
            {
                Context.Run.ThrowIfCancelled();
                SequenceRows.SetTarget(data, row, target);
                Label?.Apply<float>(target);
                if (Task == PredictionTask.Binary)
                    target[0] = (4 * target[0]) - 2; // 4 (p − ½) is the logit of p to first order
                state.Start();
                for (int t = 0; t < Options.TimeSteps; t++)
                {
                    data.Features.Span.Slice((row * data.FeatureCount) + (t * Network.Inputs), Network.Inputs).CopyTo(input);
                    Input?.Apply<float>(input);
                    state.Advance(input);
                    if (t >= first)
                        reader(state.Read, target, data.Weights.IsEmpty ? 1 : data.Weights[row]);
                }
            }
        }
    }

    private static double Loss(Sequences rows, LeakyRecurrentNetwork<float> network, TrainingData data)
    {
        double loss = 0, total = 0;
        rows.Visit(data, (read, target, weight) =>
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
