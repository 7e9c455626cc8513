using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

[assembly: LoadableComponent<UnsupervisedTransformer<HiddenActivations>>]

namespace BioLearn.ML.Networks;

/// <summary>What the units of one layer of a trained network do on a row, as features for what follows in a pipeline.</summary>
public sealed class HiddenActivations : IFeatureModel<HiddenActivations>
{
    internal HiddenActivations(NetworkModelParameters network, int layer)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.RequireLayer(layer);
        if (network.Instruction is { } asked)
            throw new NotSupportedException($"The network is asked by {asked}, and what its layers do depends on it: HiddenActivations reads features alone. NetworkModelParameters.GetActivations takes instructions too.");
        Network = network;
        Layer = layer;
    }

    /// <summary>The trained network; whoever trained it keeps and disposes it.</summary>
    public NetworkModelParameters Network { get; }

    /// <summary>The layer l that is read, from 1.</summary>
    public int Layer { get; }

    /// <inheritdoc/>
    public int FeatureCount => Network.FeatureCount;

    /// <summary>Those of the whole network.</summary>
    /// <returns>As <see cref="NetworkModelParameters.GetTensors"/>.</returns>
    public NamedTensors GetTensors() => Network.GetTensors();

    static string IFeatureModel<HiddenActivations>.ComponentName => "BioLearn.HiddenActivations";

    /// <summary>The version of the saved network within.</summary>
    static int IFeatureModel<HiddenActivations>.Version => 4;

    IReadOnlyList<FeatureOutput> IFeatureModel<HiddenActivations>.Outputs => [FeatureOutput.Vector(Network.Spec.Graph[Layer - 1].Output.Size)];

    FeatureMapper IFeatureModel<HiddenActivations>.CreateMapper(int capacity)
    {
        NetworkScorer scorer = Network.CreateScorer(capacity);
        return (features, rows, outputs) =>
        {
            if (outputs[0].Length > 0)
                scorer.Activate(Layer, features, default, rows, outputs[0]);
        };
    }

    void IFeatureModel<HiddenActivations>.Save(ModelWriter writer)
    {
        writer.Fields.Write(Layer);
        Network.Save(writer, forTraining: false);
    }

    static HiddenActivations IFeatureModel<HiddenActivations>.Load(ModelReader reader)
    {
        int layer = reader.Fields.ReadInt32();
        NetworkModelParameters network = NetworkModelParameters.Load(reader);
        if (layer < 1 || layer > network.Spec.Graph.Length)
            throw reader.Damaged($"it reads layer {layer} of a network of {network.Spec.Graph.Length}");
        return new HiddenActivations(network, layer);
    }
}
