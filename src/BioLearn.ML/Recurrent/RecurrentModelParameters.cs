using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;

[assembly: LoadableComponent<PredictionTransformer<RecurrentModelParameters>>]
[assembly: LoadableComponent<PredictionTransformer<OneVersusAllModel<RecurrentModelParameters>>>]

namespace BioLearn.ML.Recurrent;

/// <summary>A trained leaky recurrent network; it reads a feature vector as a sequence of time steps.</summary>
public sealed class RecurrentModelParameters : IPredictionModel<RecurrentModelParameters>, IDisposable
{
    internal RecurrentModelParameters(LeakyRecurrentNetwork<float> network, int timeSteps, OutputHead head)
    {
        Network = network;
        TimeSteps = timeSteps;
        Head = head;
    }

    private const int MapsSince = 3;

    /// <summary>Time steps of a feature vector.</summary>
    public int TimeSteps { get; }

    /// <summary>What is done to the inputs of every time step before the network reads them, which its trainer found; null for nothing.</summary>
    public FeatureMap? InputMap { get; internal init; }

    /// <summary>Regression: from the label to what the readout should give; the score is mapped back. Null where the readout is the score.</summary>
    public FeatureMap? LabelMap { get; internal init; }

    /// <summary>Where its training stands; null if that is not known.</summary>
    internal TrainingState? State { get; set; }

    /// <summary>Recurrent units.</summary>
    public int Units => Network.Units;

    /// <summary>Leak α of the units.</summary>
    public double Leak => Network.Leak;

    /// <inheritdoc/>
    public int FeatureCount => TimeSteps * Network.Inputs;

    /// <inheritdoc/>
    public int OutputCount => Network.Outputs;

    static string IPredictionModel<RecurrentModelParameters>.ComponentName => "BioLearn.Recurrent";

    /// <summary>Weights, readout and feedback, to read, and to run by a <see cref="LeakyRecurrentState{T}"/>. Disposed with the model.</summary>
    public LeakyRecurrentNetwork<float> Network { get; }

    /// <summary>What becomes of the readout's outputs.</summary>
    public OutputHead Head { get; }

    /// <summary>[W_rec | W_in | b], a row a unit; a copy.</summary>
    /// <returns>[units, units + inputs + 1].</returns>
    public float[] GetWeights() => Network.Weights.Values.ToArray();

    /// <summary>W1 [units, units + inputs + 1], which is [W_rec | W_in | b]; W2 [outputs, units + 1], which is [W_out | b_out]; the feedback B2 [outputs, units]; scales and centres of inputs and label, x' = (x - centre) * scale, where there are any.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = new();
        foreach (Parameter<float> parameter in Network.Parameters)
            tensors.Add<float>(FormattableString.Invariant($"{parameter.Name}{parameter.Layer}"), parameter.Values, parameter.Rows, parameter.Columns);
        NetworkTensors.Add(tensors, "input", InputMap);
        NetworkTensors.Add(tensors, "label", LabelMap);
        return tensors;
    }

    /// <summary>Releases the weights' memory; the model scores no more.</summary>
    public void Dispose() => Network.Dispose();

    // The head says the task, but for echo-state networks, whose readout is linear whatever is asked.
    bool IPredictionModel<RecurrentModelParameters>.Predicts(PredictionTask task) =>
        Head == OutputHead.SoftmaxCrossEntropy ? task == PredictionTask.Multiclass
        : Head == OutputHead.SigmoidCrossEntropy ? task == PredictionTask.Binary
        : LabelMap is not null ? task == PredictionTask.Regression
        : (task == PredictionTask.Multiclass) == (OutputCount > 1);

    BatchScorer IPredictionModel<RecurrentModelParameters>.CreateScorer(int capacity)
    {
        LeakyRecurrentState<float> units = new(Network);
        float[] input = new float[Network.Inputs];
        return (features, rows, scores) =>
        {
            for (int row = 0; row < rows; row++)
            {
                units.Start();
                for (int t = 0; t < TimeSteps; t++)
                {
                    features.Slice((row * FeatureCount) + (t * Network.Inputs), Network.Inputs).CopyTo(input);
                    InputMap?.Apply<float>(input);
                    units.Advance(input);
                    if (Network.ReadoutDecay != 0 || t == TimeSteps - 1)
                        units.ReadOut();
                }
                Span<float> score = scores.Slice(row * OutputCount, OutputCount);
                units.Output.CopyTo(score);
                if (Head == OutputHead.SoftmaxCrossEntropy)
                    System.Numerics.Tensors.TensorPrimitives.SoftMax(score, score);
                else if (OutputCount > 1)
                    SquaredErrorScores.Normalize(score);
                else if (LabelMap is { } map)
                    score[0] = (float)map.Invert(0, score[0]);
            }
        };
    }

    void IPredictionModel<RecurrentModelParameters>.Save(ModelWriter writer)
    {
        foreach (int field in new[] { Network.Inputs, Network.Units, Network.Outputs, TimeSteps })
            writer.Fields.Write(field);
        writer.Fields.Write(Head.Name);
        writer.Fields.Write(Network.Leak);
        writer.Fields.Write(Network.ReadoutDecay);
        foreach (Parameter<float> parameter in Network.Parameters)
            writer.WriteTensor<float>(parameter.Key.Replace('/', '.'), parameter.Values.ToArray());
        FeatureMapFile.Write(writer, "input", InputMap);
        FeatureMapFile.Write(writer, "label", LabelMap);
        TrainingState.Save(State, writer);
    }

    static RecurrentModelParameters IPredictionModel<RecurrentModelParameters>.Load(ModelReader reader)
    {
        int inputs = reader.ReadCount("inputs", 1, 1 << 24), units = reader.ReadCount("units", 1, 1 << 20), outputs = reader.ReadCount("outputs", 1, 1 << 24);
        int steps = reader.ReadCount("time steps", 1, int.MaxValue / inputs);
        OutputHead head = NetworkSpecFile.ReadHead(reader, namedSince: 2);
        double leak = reader.Fields.ReadDouble(), decay = reader.ComponentVersion == 1 ? 0 : reader.Fields.ReadDouble(); // version 1 knew no decay
        if (!(leak is > 0 and <= 1))
            throw reader.Damaged($"the leak is {leak}, expected a number in (0, 1]");
        if (!(decay is >= 0 and < 1))
            throw reader.Damaged($"the readout's decay is {decay}, expected a number in [0, 1)");
        long length = (long)units * (units + inputs + 1);
        reader.RequireTensor<float>("W.1", length);
        reader.RequireTensor<float>("W.2", (long)outputs * (units + 1));
        reader.RequireTensor<float>("B.2", (long)outputs * units);
        LeakyRecurrentNetwork<float> network = new(inputs, units, outputs, leak, decay);
        foreach (Parameter<float> parameter in network.Parameters)
            reader.ReadTensor<float>(parameter.Key.Replace('/', '.'), parameter.Values.Length).CopyTo(parameter.Values);
        bool mapped = reader.ComponentVersion >= MapsSince;
        return new RecurrentModelParameters(network, steps, head)
        {
            InputMap = mapped ? FeatureMapFile.Read(reader, "input", inputs) : null,
            LabelMap = mapped ? FeatureMapFile.Read(reader, "label", outputs) : null,
            State = TrainingState.Load(reader, network.Parameters.ToDictionary(p => p.Key, p => (long)p.Values.Length)),
        };
    }
}
